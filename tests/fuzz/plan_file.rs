//! Plans as files. An input is either a whole file, or the plan in it, which then gets the right
//! hash.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;

use chrono::FixedOffset;
use pindesk::domain::Time;
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::role::{Permission, Permissions};
use pindesk::exchange::{open_plan, save_plan, write_plan_script};
use pindesk::plan::Plan;
use pindesk::plan::document::{Document, sha256};
use pindesk::zone::Zone;
use tempfile::TempDir;

use crate::campaign::Campaign;
use crate::chance::Chance;
use crate::{assert_plain, memory_folder};

const CAMPAIGN: Campaign = Campaign {
    target: "plan_file",
    words: &[
        b"null",
        b"true",
        b"{",
        b"}",
        b"[",
        b"]",
        b"[[[[[[[[",
        b",",
        b":",
        b"\"",
        b"\\u0000",
        b"\\u202E",
        b"\\ud800",
        b"\"action\":\"lock\",",
        b"\"action\":\"unlock\",",
        b"\"action\":\"set-pin\",",
        b"\"undoes\":1,",
        b"\"outcome\":\"change\",",
        b"\"outcome\":\"duplicate\",\"with\":0,",
        b"\"outcome\":\"denied\",",
        b"\"outcome\":\"ambiguous\",",
        b"\"outcome\":\"unreadable\",",
        b"\"own\":{},",
        b"\"until\":\"+262142-12-31T23:59:59Z\",",
        b"-262143-01-01T00:00:00Z",
        b"\"pinsSet\":",
        b"\"version\":2,",
        b"\"is_set\":true,",
        b"\"cause\":\"temporary\"",
    ],
    short: 2_500,
    longest: 4_096,
    one_accepted_in: 20,
};
const STORE: &str = "4d3a2b1c";

struct World {
    folder: TempDir,
    permissions: Permissions,
    script: RefCell<Vec<u8>>,
}

impl World {
    fn new() -> Self {
        Self {
            folder: memory_folder(),
            permissions: Permissions::of_one(&Permission::Everywhere, ApprovalRules::default()),
            script: RefCell::default(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("plan.json")
    }

    /// Opens a file. A plan is saved and opened again, and is still the same plan.
    fn check_file(&self, file: &[u8]) -> bool {
        fs::write(self.path(), file).unwrap();
        let open = || open_plan(&self.path(), STORE, self.permissions.clone());
        let plan = match open() {
            Ok(plan) => plan,
            Err(error) => {
                assert_plain(&error.to_string());
                return false;
            }
        };
        save_plan(&plan, STORE, &self.path()).unwrap();
        let saved = fs::read(self.path()).unwrap();
        assert_eq!(open().as_ref(), Ok(&plan));
        save_plan(&plan, STORE, &self.path()).unwrap();
        assert_eq!(fs::read(self.path()).unwrap(), saved);
        true
    }

    /// Reads the line of a plan. A plan that is read writes the line again.
    fn check_line(&self, line: &str, chance: &mut Chance) -> bool {
        let document = match Document::of_line(line) {
            Ok(document) => document,
            Err(error) => {
                assert_plain(&error.to_string());
                return false;
            }
        };
        let written = document.line().unwrap();
        let again = Document::of_line(&written).unwrap();
        assert_eq!(again.line().unwrap(), written);
        if chance.once_in(16) {
            let file = format!(
                "{{\"format\":\"pindesk-plan\",\"version\":1,\"sha256\":\"{}\",\"plan\":{line}}}",
                sha256(&written)
            );
            self.check_file(file.as_bytes());
        }
        match document.plan(self.permissions.clone()) {
            Ok(plan) => self.check_plan(&plan, chance),
            Err(error) => {
                assert_plain(&error.to_string());
                return false;
            }
        }
        true
    }

    /// Everything that a window or a command shows of a plan can be shown.
    fn check_plan(&self, plan: &Plan, chance: &mut Chance) {
        let hours = i32::try_from(chance.below(27)).unwrap() - 12;
        let zone = Zone::Fixed(FixedOffset::east_opt(hours * 3600).unwrap());
        let now: Time = "2026-11-22T12:00:00Z".parse().unwrap();
        let counts = plan.counts();
        let total = counts.will_change + counts.no_change + counts.skipped + counts.refused;
        assert_eq!(total, plan.items.len());
        assert_eq!(plan.changes().count(), counts.will_change);
        assert!((5..=50).contains(&plan.confirm_limit()));
        assert!(!plan.question(counts.will_change).is_empty());
        assert!(plan.search(None, "").len() == total);
        for item in &plan.items {
            let texts = [plan.what_if(item), Some(plan.reason(item, zone))];
            assert!(texts.iter().flatten().all(|text| text.len() < 1 << 16));
            assert_eq!(
                plan.before(item).is_some(),
                plan.planned_after(item).is_some()
            );
            if let Some(user) = &item.user {
                let after = plan.after(item, &user.before, "ann", now);
                assert!(after.next_change(now).is_none_or(|next| next >= now));
            }
        }
        let mut script = self.script.borrow_mut();
        script.clear();
        drop(write_plan_script(plan, "plan", now, &mut *script));
        // A plan that is written and read is the same plan.
        let line = Document::of(plan, STORE).line().unwrap();
        let again = Document::of_line(&line)
            .unwrap()
            .plan(self.permissions.clone());
        assert_eq!(again.as_ref(), Ok(plan));
    }
}

#[test]
fn plan_file() {
    let world = World::new();
    CAMPAIGN.run(|input, chance| match std::str::from_utf8(input) {
        Ok(line) if !line.contains("\"format\"") => world.check_line(line, chance),
        _ => world.check_file(input),
    });
}
