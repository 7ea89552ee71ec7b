# shellcheck shell=bash
# Functions that the other scripts share: packages, cargo, and a desktop without a screen. To be sourced.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export LANG=C.UTF-8 LC_ALL=C.UTF-8

# Messages go to standard error, so that a program's own output can be piped.
say() { printf '%s\n' "$*" >&2; }
die() {
    say "error: $*"
    exit 1
}

# --- packages -----------------------------------------------------------------------------------------------------

# Prints the command that installs packages on Debian and Ubuntu.
apt_command() { printf 'sudo apt-get update && sudo apt-get install --no-install-recommends %s' "$*"; }

# Runs a command as root. Fails if that needs a password.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# Whether packages can be installed here without a password.
can_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

# Installs packages. The package lists are fetched first, because an old list names versions that no longer exist.
install_packages() {
    say "Installing $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update </dev/null >&2 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
            install --no-install-recommends "$@" </dev/null >&2
}

has_package() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Prints those of the packages that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        has_package "$package" || printf '%s\n' "$package"
    done
}

# Installs the packages that are missing. Fails if they cannot be installed.
require_packages() {
    local missing
    command -v dpkg-query >/dev/null ||
        die "this needs Debian or Ubuntu, to install the packages it works with: $*"
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    can_install || die "packages are missing: ${missing[*]}. To install them: $(apt_command "${missing[@]}")"
    install_packages "${missing[@]}" || die "these packages could not be installed: ${missing[*]}"
}

# packages_or_leave_out CHECK PACKAGE…: installs the packages that are missing. Ends the script, which has then left out that
# check, if packages may not be installed here.
packages_or_leave_out() {
    local check=$1 missing
    shift
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} -gt 0 ] && ! can_install; then
        say "left out  $check: packages are missing and may not be installed here: ${missing[*]}"
        exit 0
    fi
    require_packages "$@"
}

# Libraries that the window loads at run time, each with its Debian package. The program is not linked with them, so no
# headers are needed to build. The last three draw, the one before them finds fonts, and libdbus reaches the file dialog.
RUNTIME_LIBRARIES=(
    libX11.so.6:libx11-6
    libX11-xcb.so.1:libx11-xcb1
    libXcursor.so.1:libxcursor1
    libXi.so.6:libxi6
    libxkbcommon.so.0:libxkbcommon0
    libxkbcommon-x11.so.0:libxkbcommon-x11-0
    libwayland-client.so.0:libwayland-client0
    libwayland-egl.so.1:libwayland-egl1
    libdbus-1.so.3:libdbus-1-3
    libfontconfig.so.1:libfontconfig1
    libEGL.so.1:libegl1
    libGL.so.1:libgl1
    libvulkan.so.1:libvulkan1
)

# Prints the packages of the missing libraries, of a software renderer and of a file dialog, as far as they are missing.
missing_runtime_packages() {
    local entry known
    known=$(/sbin/ldconfig -p 2>/dev/null || ldconfig -p 2>/dev/null || true)
    for entry in "${RUNTIME_LIBRARIES[@]}"; do
        [[ $known == *"${entry%%:*} "* ]] || printf '%s\n' "${entry#*:}"
    done
    # A machine without a graphics card needs a driver that draws in software.
    compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null || compgen -G '/etc/vulkan/icd.d/*.json' >/dev/null ||
        printf '%s\n' mesa-vulkan-drivers
    # File dialogs come from the desktop's portal, or from zenity if there is none.
    command -v zenity >/dev/null || [ -e /usr/share/dbus-1/services/org.freedesktop.portal.Desktop.service ] ||
        printf '%s\n' zenity
}

# --- cargo --------------------------------------------------------------------------------------------------------

# Finds cargo (also in rustup's folder) and a C compiler, which builds the bundled SQLite.
require_toolchain() {
    command -v cargo >/dev/null || PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    command -v cargo >/dev/null ||
        die "Rust is missing. Get it from https://rustup.rs and start this again in a new terminal."
    command -v cc >/dev/null && return
    local packages=(gcc libc6-dev)
    if can_install; then
        install_packages "${packages[@]}" || die "no C compiler could be installed"
    else
        die "a C compiler is missing. To install it: $(apt_command "${packages[@]}")"
    fi
}

# Prints the folder of cargo's build results.
target_folder() { printf '%s' "${CARGO_TARGET_DIR:-$ROOT/target}"; }

# --- packages that are made here ------------------------------------------------------------------------------------

# Prints the version of the program, which stands in Cargo.toml alone.
package_version() { sed -n 's/^version = "\(.*\)"$/\1/p' "$ROOT/Cargo.toml" | head -1; }

# Takes the time of the commit as the time of everything that is made. A source archive has no commits.
set_time_of_commit() {
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null || date +%s)}
    export SOURCE_DATE_EPOCH
}

# same_times FOLDER: gives everything in it the time of the commit.
same_times() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

# A current Rust for x86-64, the source of its standard library, and a compiler for Windows.
# shellcheck disable=SC2034 # used by the scripts that source this
WINDOWS_BUILD_PACKAGES=(rustc-web cargo-web rust-web-src gcc-mingw-w64-x86-64-posix g++-mingw-w64-x86-64-posix)

# --- a desktop without a screen -----------------------------------------------------------------------------------

# shellcheck disable=SC2034 # used by the scripts that source this
DESKTOP_PACKAGES=(
    xvfb openbox dbus at-spi2-core python3-pyatspi python3-xlib xdotool imagemagick zenity
    libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon-x11-0 libfontconfig1 libdbus-1-3
    libegl1 libgl1 libgl1-mesa-dri libvulkan1 mesa-vulkan-drivers
)

DESKTOP=       # the folder of the running desktop, or empty
DESKTOP_PIDS=() # its processes, in the order in which they were started

# start_part NAME COMMAND…: starts a process of the desktop and writes its output to a log.
start_part() {
    local name=$1
    shift
    "$@" >"$DESKTOP/$name.log" 2>&1 &
    DESKTOP_PIDS+=($!)
}

# start_and_hear NAME COMMAND…: starts a process that writes its address to descriptor 3, and leaves the address in HEARD.
start_and_hear() {
    local pipe=$DESKTOP/$1.pipe
    mkfifo "$pipe"
    # Opened for reading and writing, so that neither side waits for the other.
    exec 3<>"$pipe"
    start_part "$@"
    HEARD=
    IFS= read -r -t 30 HEARD <&3 || { cat "$DESKTOP/$1.log" >&2 && die "$1 did not start"; }
    exec 3<&-
}

# start_desktop WIDTHxHEIGHT: starts a private X server, session bus, window manager and accessibility bus. The user's own
# desktop is neither reached nor changed.
start_desktop() {
    local launcher=/usr/libexec/at-spi-bus-launcher folder
    [ -x "$launcher" ] || launcher=/usr/lib/at-spi2-core/at-spi-bus-launcher
    DESKTOP=$(mktemp -d "${TMPDIR:-/tmp}/pindesk-desktop.XXXXXX")
    trap stop_desktop EXIT
    trap 'exit 130' INT TERM HUP
    for folder in runtime config data cache state; do
        mkdir -m 700 "$DESKTOP/$folder"
    done
    export XDG_RUNTIME_DIR=$DESKTOP/runtime XDG_CONFIG_HOME=$DESKTOP/config XDG_DATA_HOME=$DESKTOP/data \
        XDG_CACHE_HOME=$DESKTOP/cache XDG_STATE_HOME=$DESKTOP/state
    # Desktop settings stay in memory. GTK's file dialog opens on the X server, but stays off the accessibility bus, where a
    # test that reads the bus could wait for it for ever.
    export GSETTINGS_BACKEND=memory GDK_BACKEND=x11 NO_AT_BRIDGE=1
    # Drawn in software, so that all machines draw the same.
    export LIBGL_ALWAYS_SOFTWARE=1 VK_LOADER_DRIVERS_SELECT='*lvp*'
    unset WAYLAND_DISPLAY WAYLAND_SOCKET XDG_SESSION_TYPE XDG_CURRENT_DESKTOP XMODIFIERS

    start_and_hear Xvfb Xvfb -displayfd 3 -screen 0 "${1}x24" -nolisten tcp -noreset
    export DISPLAY=:$HEARD

    # A bus that starts no services, so no portal of the user's desktop answers on it.
    cat >"$DESKTOP/bus.conf" <<'XML'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
XML
    start_and_hear dbus-daemon dbus-daemon --config-file="$DESKTOP/bus.conf" --nofork --print-address=3
    export DBUS_SESSION_BUS_ADDRESS=$HEARD

    # Windows have no frames, and the newest one is in front, so that a screenshot shows only the program.
    cat >"$DESKTOP/openbox.xml" <<'XML'
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
  <placement><policy>Smart</policy><center>no</center></placement>
  <desktops><number>1</number></desktops>
  <theme><keepBorder>no</keepBorder></theme>
  <mouse/>
  <applications><application class="*"><decor>no</decor></application></applications>
</openbox_config>
XML
    start_part openbox openbox --sm-disable --config-file "$DESKTOP/openbox.xml"
    start_part at-spi "$launcher" --launch-immediately --a11y=1
}

# Runs a program on the desktop and waits for it. It runs in the background, so that a signal to the script ends both.
run_on_desktop() {
    "$@" </dev/null &
    DESKTOP_PIDS+=($!)
    wait $!
}

# Ends the processes that start_desktop started, the last one first, and no others.
stop_desktop() {
    local place
    [ -n "$DESKTOP" ] || return 0
    for ((place = ${#DESKTOP_PIDS[@]} - 1; place >= 0; place--)); do
        kill "${DESKTOP_PIDS[place]}" 2>/dev/null || true
        wait "${DESKTOP_PIDS[place]}" 2>/dev/null || true
    done
    rm -rf "$DESKTOP"
    DESKTOP=
}
