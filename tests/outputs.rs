//! Files that the program writes: who can read them, where they end up, and what is left behind.
#![cfg(unix)]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use pindesk::exchange::{OutputFile, ReadError, Readers, write_whole};
use tempfile::TempDir;

/// An account that no test runs as.
const SOMEBODY: u32 = 54_321;

/// A folder that only its owner can enter.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// A folder of this mode.
    fn folder(&self, name: &str, mode: u32) -> PathBuf {
        fs::create_dir(self.path(name)).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
        self.path(name)
    }
}

fn save<'a>(to: impl Into<OutputFile<'a>>) -> Result<(), String> {
    write_whole(to, |file| {
        file.write_all(b"new")
            .map_err(|error| ReadError::Write(error.to_string()))
    })
    .map_err(|error| error.to_string())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_for_its_owner_alone_whatever_was_there_before() {
    let desk = Desk::new();
    save(&desk.path("new.csv")).unwrap();
    assert_eq!(mode(&desk.path("new.csv")), 0o600);
    let earlier = desk.file("earlier.csv", "of last week");
    fs::set_permissions(&earlier, fs::Permissions::from_mode(0o666)).unwrap();
    save(&earlier).unwrap();
    assert_eq!(mode(&earlier), 0o600);
    assert_eq!(fs::read_to_string(&earlier).unwrap(), "new");
}

#[test]
fn a_shared_file_has_the_mode_of_any_other_new_file() {
    let desk = Desk::new();
    // A file that is made without a mode shows the umask.
    drop(File::create(desk.path("any")).unwrap());
    let path = desk.path("shared.csv");
    save(OutputFile {
        path: &path,
        readers: Readers::ByUmask,
    })
    .unwrap();
    assert_eq!(mode(&path), mode(&desk.path("any")));
    assert_ne!(
        mode(&path),
        0o600,
        "the umask of the tests lets others read"
    );
}

#[test]
fn a_link_in_a_folder_of_others_leads_nobody_astray() {
    let desk = Desk::new();
    let kept = desk.file("kept.txt", "kept");
    let shared = desk.folder("shared", 0o777);
    let link = shared.join("export.csv");
    for target in [kept.clone(), desk.path("not there yet")] {
        symlink(&target, &link).unwrap();
        let error = save(&link).unwrap_err();
        assert!(
            error.contains("there is a link that another account could have set"),
            "{error}"
        );
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        fs::remove_file(&link).unwrap();
    }
    // A link of one's own that leads to such a link.
    symlink(&kept, &link).unwrap();
    symlink(&link, desk.path("own")).unwrap();
    assert!(save(&desk.path("own")).is_err());
    assert_eq!(fs::read_to_string(&kept).unwrap(), "kept");
    assert_eq!(names(&shared), ["export.csv"]);
    assert_eq!(names(desk.0.path()), ["kept.txt", "own", "shared"]);
}

#[test]
fn a_link_of_another_account_is_not_followed_and_neither_is_one_to_its_file() {
    let desk = Desk::new();
    let kept = desk.file("kept.txt", "kept");
    let sticky = desk.folder("sticky", 0o1777);
    let link = sticky.join("export.csv");
    symlink(&kept, &link).unwrap();
    if lchown(&link, Some(SOMEBODY), None).is_err() {
        // Only root can give files away.
        assert_ne!(fs::metadata(&kept).unwrap().uid(), 0);
        return;
    }
    assert!(save(&link).is_err());
    assert_eq!(fs::read_to_string(&kept).unwrap(), "kept");
    symlink(&kept, desk.path("own")).unwrap();
    save(&desk.path("own")).unwrap();
    lchown(&kept, Some(SOMEBODY), None).unwrap();
    assert!(save(&desk.path("own")).is_err());
}

#[test]
fn a_link_of_ones_own_stays_and_its_file_is_replaced() {
    let desk = Desk::new();
    let file = desk.file("file.csv", "of last week");
    symlink("file.csv", desk.path("link")).unwrap();
    symlink("link", desk.path("link to link")).unwrap();
    save(&desk.path("link to link")).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    assert_eq!(mode(&file), 0o600);
    // In a folder such as /tmp only the owner of a link can have set it.
    let sticky = desk.folder("sticky", 0o1777);
    symlink("../file of sticky", sticky.join("link")).unwrap();
    save(&sticky.join("link")).unwrap();
    assert_eq!(
        fs::read_to_string(desk.path("file of sticky")).unwrap(),
        "new"
    );
    symlink("round", desk.path("round")).unwrap();
    assert!(save(&desk.path("round")).unwrap_err().contains("circle"));
    assert_eq!(
        names(desk.0.path()),
        [
            "file of sticky",
            "file.csv",
            "link",
            "link to link",
            "round",
            "sticky"
        ]
    );
}

#[test]
fn what_a_killed_program_left_behind_stops_nobody_and_goes_away() {
    let desk = Desk::new();
    let target = desk.path("users.csv");
    for number in 0..100 {
        desk.file(&format!("users.csv.part{number}"), "of another program");
        desk.file(&format!(".pindesk-{number}.part"), "left behind");
    }
    save(&target).unwrap();
    assert_eq!(
        names(desk.0.path()).len(),
        201,
        "these may still be written"
    );
    let (old, now) = (
        Duration::from_hours(25),
        fs::metadata(&target).unwrap().modified().unwrap(),
    );
    for number in 0..100 {
        let file = File::options()
            .append(true)
            .open(desk.path(&format!(".pindesk-{number}.part")))
            .unwrap();
        file.set_modified(now - old).unwrap();
    }
    fs::create_dir(desk.path(".pindesk-folder.part")).unwrap();
    symlink("users.csv", desk.path(".pindesk-link.part")).unwrap();
    save(&target).unwrap();
    let left = names(desk.0.path());
    assert_eq!(
        left.iter()
            .filter(|name| name.starts_with(".pindesk-"))
            .count(),
        2,
        "{left:?}"
    );
    assert_eq!(left.len(), 103);
}

#[test]
fn an_unfinished_file_is_not_there() {
    let desk = Desk::new();
    let target = desk.file("users.csv", "of last week");
    let stopped = write_whole(&target, |file| {
        file.write_all(b"half").unwrap();
        let beside = names(desk.0.path());
        assert_eq!(beside.len(), 2, "{beside:?}");
        Err::<(), _>(ReadError::Cancelled)
    });
    assert_eq!(stopped, Err(ReadError::Cancelled));
    assert_eq!(names(desk.0.path()), ["users.csv"]);
    assert_eq!(fs::read_to_string(&target).unwrap(), "of last week");
    let missing = save(&desk.path("no folder/users.csv")).unwrap_err();
    assert!(
        missing.starts_with("The file cannot be written: there is no such file or folder")
            && !missing.contains(".part"),
        "{missing}"
    );
}

#[test]
fn a_name_may_be_as_long_as_the_file_system_takes_it() {
    let desk = Desk::new();
    save(&desk.path(&"n".repeat(255))).unwrap();
    assert_eq!(names(desk.0.path()), ["n".repeat(255)]);
}
