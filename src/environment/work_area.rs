//! The part of the screen in which a window can be seen whole.

/// Width and height of the screen without the task bar, in points. None where the desktop itself
/// keeps new windows in sight.
#[cfg(not(windows))]
pub fn work_area() -> Option<[f32; 2]> {
    None
}

/// Width and height of the screen without the task bar, in points. Windows opens a window of any
/// size, also where its end is off the screen.
#[cfg(windows)]
pub fn work_area() -> Option<[f32; 2]> {
    crate::win32::work_area()
}
