//! Calls of Windows that no crate with a safe interface offers: the account, access lists, escape
//! codes in a console, and the work area of the screen. This is the only file with `unsafe` code.

#![expect(
    unsafe_code,
    reason = "Windows itself is called; each call says why it is sound"
)]

use std::ffi::{OsString, c_void};
use std::fs::File;
use std::io;
use std::os::windows::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::windows::io::{AsHandle, AsRawHandle as _, FromRawHandle as _};
use std::path::Path;
use std::ptr;

use windows_sys::Win32::Foundation::{
    ERROR_INVALID_FUNCTION, ERROR_NOT_SUPPORTED, ERROR_SUCCESS, GENERIC_READ, GENERIC_WRITE,
    INVALID_HANDLE_VALUE, LocalFree, RECT, WIN32_ERROR,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW,
    GetNamedSecurityInfoW, SDDL_REVISION_1, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetTokenInformation, LookupAccountSidW, OWNER_SECURITY_INFORMATION,
    PROTECTED_DACL_SECURITY_INFORMATION, PSID, SECURITY_ATTRIBUTES, SetFileSecurityW, TOKEN_USER,
    TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    CREATE_NEW, CreateDirectoryW, CreateFileW, FILE_ATTRIBUTE_NORMAL, FILE_SHARE_DELETE,
    FILE_SHARE_READ, FILE_SHARE_WRITE,
};
use windows_sys::Win32::System::Console::{
    ENABLE_VIRTUAL_TERMINAL_PROCESSING, GetConsoleMode, SetConsoleMode,
};
use windows_sys::Win32::UI::HiDpi::GetDpiForSystem;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    SPI_GETWORKAREA, SystemParametersInfoW, USER_DEFAULT_SCREEN_DPI,
};

/// The token of this process, which need not be closed (`GetCurrentProcessToken` of
/// processthreadsapi.h).
const TOKEN_OF_THIS_PROCESS: isize = -4;

/// The name of this account with its domain, and its SID.
///
/// # Errors
/// Windows does not name the account.
pub(crate) fn account() -> io::Result<(String, String)> {
    let user = User::of_this_process()?;
    Ok((user.name()?, user.sid_text()?))
}

/// Makes a folder that only this account, the system and administrators can enter. Its parents must
/// be there.
///
/// # Errors
/// The folder is there already, or Windows does not allow it.
pub(crate) fn create_owner_only_folder(path: &Path) -> io::Result<()> {
    let access = Access::owner_only()?;
    // SAFETY: the path ends with a zero, and both live until the call returns.
    let made = unsafe { CreateDirectoryW(wide(path)?.as_ptr(), &access.attributes()) };
    succeeded(made)
}

/// Makes a file that only this account, the system and administrators can open, and opens it to
/// read and write.
///
/// # Errors
/// The file is there already, or Windows does not allow it.
pub(crate) fn create_owner_only_file(path: &Path) -> io::Result<File> {
    let access = Access::owner_only()?;
    // SAFETY: the path ends with a zero, and both live until the call returns.
    let handle = unsafe {
        CreateFileW(
            wide(path)?.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            &access.attributes(),
            CREATE_NEW,
            FILE_ATTRIBUTE_NORMAL,
            ptr::null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is open, and nothing else has it.
    Ok(unsafe { File::from_raw_handle(handle) })
}

/// Gives a file the access list of another one. A disk without access lists is no error.
///
/// # Errors
/// One of the files is missing, or Windows does not allow it.
pub(crate) fn copy_access(from: &Path, to: &Path) -> io::Result<()> {
    let mut descriptor = Allocated(ptr::null_mut());
    // SAFETY: the path ends with a zero; the call writes into `descriptor`.
    let read = unsafe {
        GetNamedSecurityInfoW(
            wide(from)?.as_ptr(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut descriptor.0,
        )
    };
    if !has_access_lists(read)? {
        return Ok(());
    }
    // SetNamedSecurityInfoW would add what the folder hands down.
    // SAFETY: the path ends with a zero, and the descriptor is kept until the end.
    succeeded(unsafe {
        SetFileSecurityW(
            wide(to)?.as_ptr(),
            DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
            descriptor.0,
        )
    })
}

/// The SID of the account or group that owns a file or folder.
///
/// # Errors
/// The file is not there, Windows does not allow it, or the disk knows no owners.
pub(crate) fn owner(path: &Path) -> io::Result<String> {
    let mut descriptor = Allocated(ptr::null_mut());
    let mut owner: PSID = ptr::null_mut();
    // SAFETY: the path ends with a zero; the call writes into `owner` and `descriptor`.
    let read = unsafe {
        GetNamedSecurityInfoW(
            wide(path)?.as_ptr(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION,
            &raw mut owner,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut descriptor.0,
        )
    };
    if !has_access_lists(read)? || owner.is_null() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    // SAFETY: the SID lies in the descriptor, which is kept until the end.
    unsafe { sid_text(owner) }
}

/// Makes a console understand escape codes. False if it cannot, or if the stream is no console.
pub(crate) fn turn_escape_codes_on(stream: &impl AsHandle) -> bool {
    let handle = stream.as_handle().as_raw_handle();
    let mut mode = 0;
    // SAFETY: the handle is open as long as the stream is borrowed; the call writes into `mode`.
    if unsafe { GetConsoleMode(handle, &raw mut mode) } == 0 {
        return false;
    }
    // SAFETY: as above.
    unsafe { SetConsoleMode(handle, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0 }
}

/// Width and height of the first screen without the task bar, in points. None if Windows does not
/// say.
pub(crate) fn work_area() -> Option<[f32; 2]> {
    let mut area = RECT::default();
    // SAFETY: the call writes one rectangle, for which there is room.
    let read =
        unsafe { SystemParametersInfoW(SPI_GETWORKAREA, 0, (&raw mut area).cast::<c_void>(), 0) };
    // SAFETY: the call has no conditions.
    let dots_per_inch = unsafe { GetDpiForSystem() };
    if read == 0 || dots_per_inch == 0 {
        return None;
    }
    let scale = dots_per_inch as f32 / USER_DEFAULT_SCREEN_DPI as f32;
    let points = |from: i32, to: i32| (to - from) as f32 / scale;
    Some([points(area.left, area.right), points(area.top, area.bottom)])
}

/// The user of a process. Aligned as the structure that Windows writes to its start.
struct User(Vec<u64>);

impl User {
    fn of_this_process() -> io::Result<Self> {
        let token = TOKEN_OF_THIS_PROCESS as *mut c_void;
        let mut bytes = 0;
        // SAFETY: without a buffer, the call writes only the number of bytes that it needs.
        unsafe { GetTokenInformation(token, TokenUser, ptr::null_mut(), 0, &raw mut bytes) };
        if (bytes as usize) < size_of::<TOKEN_USER>() {
            return Err(io::Error::last_os_error());
        }
        let mut buffer = vec![0_u64; (bytes as usize).div_ceil(size_of::<u64>())];
        // SAFETY: the buffer has room for as many bytes as the call is told.
        succeeded(unsafe {
            GetTokenInformation(
                token,
                TokenUser,
                buffer.as_mut_ptr().cast(),
                bytes,
                &raw mut bytes,
            )
        })?;
        Ok(Self(buffer))
    }

    /// The SID, which lies in the buffer.
    fn sid(&self) -> PSID {
        // SAFETY: the buffer begins with the structure that Windows wrote, and is aligned for it.
        unsafe { (*self.0.as_ptr().cast::<TOKEN_USER>()).User.Sid }
    }

    fn sid_text(&self) -> io::Result<String> {
        // SAFETY: the SID lies in the buffer of `self`.
        unsafe { sid_text(self.sid()) }
    }

    /// `DOMAIN\name`.
    fn name(&self) -> io::Result<String> {
        let (mut name, mut domain) = (WideText::new(), WideText::new());
        let mut kind = 0;
        // SAFETY: the SID lies in the buffer of `self`; the call is told how long the texts may be.
        succeeded(unsafe {
            LookupAccountSidW(
                ptr::null(),
                self.sid(),
                name.units.as_mut_ptr(),
                &raw mut name.length,
                domain.units.as_mut_ptr(),
                &raw mut domain.length,
                &raw mut kind,
            )
        })?;
        Ok(format!("{}\\{}", domain.text(), name.text()))
    }
}

/// A SID as text, such as `S-1-5-18`.
///
/// # Safety
/// The SID is valid until the call returns.
unsafe fn sid_text(sid: PSID) -> io::Result<String> {
    let mut text = ptr::null_mut();
    // SAFETY: the caller answers for the SID; the call writes into `text`.
    succeeded(unsafe { ConvertSidToStringSidW(sid, &raw mut text) })?;
    let _kept = Allocated(text.cast());
    let mut length = 0;
    // SAFETY: the text ends with a zero, and is freed only afterwards.
    let units = unsafe {
        while *text.add(length) != 0 {
            length += 1;
        }
        std::slice::from_raw_parts(text, length)
    };
    Ok(String::from_utf16_lossy(units))
}

/// A text that Windows writes.
struct WideText {
    units: [u16; Self::MOST as usize],
    length: u32,
}

impl WideText {
    /// More than the longest name of an account (256) or a domain (255) has.
    const MOST: u32 = 512;

    fn new() -> Self {
        Self {
            units: [0; Self::MOST as usize],
            length: Self::MOST,
        }
    }

    fn text(&self) -> String {
        let units = self.units.get(..self.length as usize).unwrap_or_default();
        OsString::from_wide(units).to_string_lossy().into_owned()
    }
}

/// An access list as Windows keeps it.
struct Access(Allocated);

impl Access {
    /// Full access for this account, the system and administrators, as the folder of an account has
    /// it. Nothing is inherited from the folder above, and all of it by what is made inside
    /// (learn.microsoft.com, "Security descriptor string format").
    fn owner_only() -> io::Result<Self> {
        let owner = User::of_this_process()?.sid_text()?;
        let list = format!("D:P(A;OICI;FA;;;{owner})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)\0");
        let list: Vec<u16> = list.encode_utf16().collect();
        let mut descriptor = ptr::null_mut();
        // SAFETY: the text ends with a zero; the call writes into `descriptor`.
        succeeded(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                list.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                ptr::null_mut(),
            )
        })?;
        Ok(Self(Allocated(descriptor)))
    }

    /// The form in which calls that make something take the list. It points into `self`.
    fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES {
            nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
            lpSecurityDescriptor: self.0.0,
            bInheritHandle: 0,
        }
    }
}

/// Memory that Windows allocated with `LocalAlloc`, or null.
struct Allocated(*mut c_void);

impl Drop for Allocated {
    fn drop(&mut self) {
        // SAFETY: Windows allocated it, and nothing else frees it. Null is allowed.
        unsafe { LocalFree(self.0) };
    }
}

/// A path as Windows takes it: in UTF-16, with a zero at its end. A long one is written in the form
/// that has no limit (learn.microsoft.com, "Maximum path length limitation").
fn wide(path: &Path) -> io::Result<Vec<u16>> {
    /// The longest path of a new folder, in UTF-16 units.
    const MOST: usize = 247;
    const SLASH: u16 = b'\\' as u16;
    let absolute: Vec<u16> = std::path::absolute(path)?
        .as_os_str()
        .encode_wide()
        .collect();
    let mut units: Vec<u16> = Vec::with_capacity(absolute.len() + 9);
    if absolute.len() > MOST {
        match absolute.as_slice() {
            [SLASH, SLASH, mark, SLASH, ..] if [b'?', b'.'].map(u16::from).contains(mark) => {}
            [SLASH, SLASH, ..] => units.extend(r"\\?\UNC".encode_utf16()),
            _ => units.extend(r"\\?\".encode_utf16()),
        }
    }
    let is_share = units.len() > 4;
    units.extend(&absolute[usize::from(is_share)..]);
    units.push(0);
    Ok(units)
}

/// Whether a call on an access list succeeded: false on a disk that has none.
fn has_access_lists(result: WIN32_ERROR) -> io::Result<bool> {
    match result {
        ERROR_SUCCESS => Ok(true),
        ERROR_INVALID_FUNCTION | ERROR_NOT_SUPPORTED => Ok(false),
        error => Err(io::Error::from_raw_os_error(error as i32)),
    }
}

fn succeeded(result: i32) -> io::Result<()> {
    if result == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
