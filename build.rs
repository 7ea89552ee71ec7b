//! Tells the program its commit and build, and gives the programs for Windows their icon, version
//! and manifest.

use std::env::var;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The folder of icon and manifest.
const RESOURCES: &str = "assets/windows";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PINDESK_COMMIT");
    let profile = var("PROFILE")?;
    println!("cargo:rustc-env=BUILD_COMMIT={}", commit(&profile));
    println!("cargo:rustc-env=BUILD_KIND={profile}, {}", var("TARGET")?);
    if var("CARGO_CFG_TARGET_OS")? == "windows" {
        add_resources()?;
    }
    Ok(())
}

/// The commit that is built: the one that `PINDESK_COMMIT` names, as a source archive needs it, or
/// that of the repository. A debug build does not look for it, because every commit would build the
/// crate again.
fn commit(profile: &str) -> String {
    if let Ok(named) = var("PINDESK_COMMIT")
        && !named.is_empty()
    {
        return named;
    }
    if profile == "debug" {
        return "not looked for".to_owned();
    }
    // A changed source may make a clean tree a changed one.
    println!("cargo:rerun-if-changed=src");
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo:rerun-if-changed={log}");
    }
    git(&["describe", "--always", "--dirty", "--abbrev=12"]).unwrap_or_else(|| "unknown".to_owned())
}

/// The answer of git, or None where there is no git or no repository.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !answer.is_empty()).then_some(answer)
}

/// Links icon, version and manifest into the programs. The manifest says that they know screens of
/// several resolutions, long paths, and UTF-8 as their code page.
fn add_resources() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={RESOURCES}");
    let here = var("CARGO_MANIFEST_DIR")?;
    let path = |name: &str| {
        let path = Path::new(&here).join(RESOURCES).join(name);
        path.to_string_lossy().replace('\\', "/")
    };
    let version = var("CARGO_PKG_VERSION")?;
    let numbers = version.replace('.', ",");
    let script = format!(
        r#"#pragma code_page(65001)
1 ICON "{icon}"
1 24 "{manifest}"
1 VERSIONINFO
FILEVERSION {numbers},0
PRODUCTVERSION {numbers},0
FILEOS 0x40004
FILETYPE 1
{{
    BLOCK "StringFileInfo"
    {{
        BLOCK "040904B0"
        {{
            VALUE "FileDescription", "PinDesk"
            VALUE "FileVersion", "{version}"
            VALUE "InternalName", "pindesk"
            VALUE "LegalCopyright", "{license}"
            VALUE "ProductName", "PinDesk"
            VALUE "ProductVersion", "{version}"
        }}
    }}
    BLOCK "VarFileInfo"
    {{
        VALUE "Translation", 0x409, 1200
    }}
}}
"#,
        icon = path("pindesk.ico"),
        manifest = path("pindesk.manifest"),
        license = var("CARGO_PKG_LICENSE")?,
    );
    let file = Path::new(&var("OUT_DIR")?).join("pindesk.rc");
    fs::write(&file, script)?;
    embed_resource::compile(&file, embed_resource::NONE).manifest_required()?;
    Ok(())
}
