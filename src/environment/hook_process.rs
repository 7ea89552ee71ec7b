//! The process of a hook: its input, its bounded output, and its end within its time.

use std::io::{Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, sleep};
use std::time::{Duration, Instant};

use super::allowed_hook::AllowedHook;
use crate::io_words::cause;
use crate::progress::Progress;

/// The end of a hook.
pub(super) enum Ended {
    Well,
    /// With another status than 0, and with what it has written to standard error, else to standard
    /// output.
    Badly {
        status: String,
        written: Vec<u8>,
    },
    /// It has used up its time, and was ended.
    TooLate,
    /// The operator has cancelled, and it was ended.
    Cancelled,
}

/// The bytes that are kept of an output. The rest is read and forgotten, so that the hook can go on.
const MOST_OUTPUT: usize = 64 * 1024;
/// The pause between two looks at a running hook.
const PAUSE: Duration = Duration::from_millis(5);
/// The time in which the output of a hook that has ended must be read. A program that it has left
/// behind may keep the pipe open for ever.
const FOR_OUTPUT: Duration = Duration::from_secs(2);

/// Runs a hook with a document on standard input, and waits until it has ended. Nothing of it runs on
/// afterwards, as far as the operating system can tell what belongs to it.
///
/// # Errors
/// It cannot be started; the text says why.
pub(super) fn run(
    hook: &AllowedHook,
    document: String,
    progress: &dyn Progress,
) -> Result<Ended, String> {
    let mut command = command(hook);
    let failed = |error: std::io::Error| {
        format!(
            "{} cannot be started: {}",
            hook.program.display(),
            cause(&error)
        )
    };
    let mut child = command.spawn().map_err(failed)?;
    let until = Instant::now() + Duration::from_secs(hook.seconds);
    let input = child.stdin.take();
    let writing = Builder::new().name("pindesk-hook-input".to_owned());
    let writing = writing.spawn(move || {
        // A hook need not read its input, so that writing it may fail.
        if let Some(mut input) = input {
            drop(input.write_all(document.as_bytes()));
        }
    });
    let outputs = (
        writing.map_err(|error| cause(&error)),
        Output::read(child.stderr.take()),
        Output::read(child.stdout.take()),
    );
    let (Ok(_writing), Ok(errors), Ok(results)) = outputs else {
        end(&mut child);
        return Err("the computer gives no more threads".to_owned());
    };
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(Ended::Well),
            Ok(Some(status)) => {
                let (errors, results) = (errors.taken(), results.taken());
                let said = |text: &Vec<u8>| !text.trim_ascii().is_empty();
                let written = Some(errors).filter(said).unwrap_or(results);
                let status = status_words(status);
                return Ok(Ended::Badly { status, written });
            }
            Ok(None) => {}
            Err(error) => {
                end(&mut child);
                return Err(cause(&error));
            }
        }
        let is_cancelled = progress.is_cancelled();
        if is_cancelled || Instant::now() >= until {
            end(&mut child);
            return Ok(if is_cancelled {
                Ended::Cancelled
            } else {
                Ended::TooLate
            });
        }
        sleep(PAUSE);
    }
}

/// The command of a hook: its own folder, and an environment that says nothing about the operator.
fn command(hook: &AllowedHook) -> Command {
    let mut command = Command::new(&hook.program);
    command
        .args(&hook.arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(folder) = hook.program.parent() {
        command.current_dir(folder);
    }
    set_platform(&mut command);
    command
}

#[cfg(unix)]
fn set_platform(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;

    // A group of its own, so that programs which it starts can be ended with it.
    command
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .process_group(0);
}

#[cfg(windows)]
fn set_platform(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;

    // https://learn.microsoft.com/en-us/windows/win32/procthread/process-creation-flags
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(CREATE_NO_WINDOW);
    // Programs of Windows find their libraries by these.
    for name in ["SystemRoot", "SystemDrive", "windir", "TEMP", "TMP"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
}

/// Ends a hook, and with it the programs that it has started where they can be found.
fn end(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};

        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw)
            && let Err(error) = kill_process_group(group, Signal::KILL)
        {
            log::warn!("the programs of a hook cannot be ended: {error}");
        }
    }
    if let Err(error) = child.kill().and_then(|()| child.wait()) {
        log::warn!("a hook cannot be ended: {error}");
    }
}

/// The beginning of an output, while it is read.
struct Output {
    kept: Arc<Mutex<Vec<u8>>>,
    /// Closed at the end of the output.
    ended: Receiver<()>,
}

impl Output {
    /// Reads an output on a thread of its own, to its end.
    fn read(mut output: Option<impl Read + Send + 'static>) -> std::io::Result<Self> {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (open, ended) = channel();
        let reading = Builder::new().name("pindesk-hook-output".to_owned());
        let shared = Arc::clone(&kept);
        reading.spawn(move || {
            let _open: Sender<()> = open;
            let mut block = [0; 4096];
            while let Some(output) = &mut output
                && let Ok(length @ 1..) = output.read(&mut block)
                && let Ok(mut kept) = shared.lock()
            {
                let room = MOST_OUTPUT.saturating_sub(kept.len());
                kept.extend_from_slice(&block[..length.min(room)]);
            }
        })?;
        Ok(Self { kept, ended })
    }

    /// The output of a hook that has ended.
    fn taken(self) -> Vec<u8> {
        let _ended_or_late = self.ended.recv_timeout(FOR_OUTPUT);
        self.kept
            .lock()
            .map(|mut kept| std::mem::take(&mut *kept))
            .unwrap_or_default()
    }
}

/// "status 3", or how it was ended.
fn status_words(status: ExitStatus) -> String {
    status
        .code()
        .map_or_else(|| status.to_string(), |code| format!("status {code}"))
}
