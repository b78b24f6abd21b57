//! A file with bad rows from the form to the queue and back: sent, looked at, a column changed, rehearsed, imported, its
//! rejects downloaded, undone. Not responsible for which files are understood.
//!
//! Invariant: each flow has a site of its own, and is the same with JavaScript off.

use crate::{
    accessibility::check_here,
    page::{Media, Page},
    site::Site,
};
use std::{fs, path::PathBuf};

/// Two good rows, one that breaks off, and one that says nobody's name.
const ROWS: &str = "id,full_name,Mail,Remark\n\
    N-1,Ada Quill,ada.quill@example.com,by post\n\
    N-2,Bo Tarn\n\
    N-3,,,\n\
    N-4,Dot Fenn,dot.fenn@example.com,\n";

/// The file of a test, gone at its end.
struct Sheet {
    folder: PathBuf,
}

impl Sheet {
    const NAME: &str = "november.csv";

    fn new(of: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("ringer-browser-{}-{of}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(Self::NAME), ROWS).unwrap();
        Self { folder }
    }

    /// Sends it by the form, and is on its page.
    #[track_caller]
    fn send(&self, page: &Page) {
        page.goto("/import");
        page.set_file("form.send [type=file]", &self.folder.join(Self::NAME));
        page.follow(|page| page.click("form.send button"));
        page.wait_for_url("/import/");
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Waits for the end of what was begun: the page loads itself again, with and without JavaScript.
#[track_caller]
fn wait_for_the_end(page: &Page, said: &str) {
    page.wait_until(&format!(
        "document.readyState == 'complete' && document.querySelector('main .verdict').innerText.includes('{said}')"
    ));
}

/// Sends, changes a column, rehearses, imports.
#[track_caller]
fn import(page: &Page, sheet: &Sheet) {
    sheet.send(page);
    let looked_at = page.path();
    let preview = page.texts("table.preview tbody tr");
    assert_eq!(preview.len(), 4, "{preview:?}");
    assert!(preview.iter().filter(|row| row.contains("rejected")).count() >= 2, "{preview:?}");

    let column = |header: &str| {
        let js = format!(
            "[...document.querySelectorAll('table.mapping tbody tr')].findIndex(r => r.querySelector('th').innerText == '{header}')"
        );
        format!("select[name=c{}]", page.eval(&js))
    };
    page.choose(&column("id"), "application_id");
    page.choose(&column("Mail"), "email");
    page.choose(&column("Remark"), "drop");
    page.follow(|page| page.click("#columns-form .next button:not([formaction])"));
    assert_eq!(page.path(), looked_at);
    let preview = page.texts("table.preview tbody tr");
    assert!(preview[0].contains("Ada Quill") && preview[0].contains("ada.quill@example.com"));
    assert!(!preview[0].contains("by post"), "{preview:?}");
    assert!(preview[1].contains("rejected") && preview[2].contains("rejected"), "{preview:?}");

    page.follow(|page| page.click("[formaction$='/dry-run']"));
    wait_for_the_end(page, "Nothing was stored");
    let verdict = page.text("main .verdict");
    assert!(verdict.contains("2 rows of november.csv would be new"), "{verdict}");
    assert_eq!(page.texts("table.problems tbody tr").len(), 2);

    page.follow(|page| page.click(".headline .next button.primary"));
    wait_for_the_end(page, "november.csv is in");
    let verdict = page.text("main .verdict");
    assert_eq!(verdict, "november.csv is in: 2 new rows; 2 rows were rejected.");
}

/// Takes the import back, with a reason.
#[track_caller]
fn undo(page: &Page) {
    page.goto("/import");
    assert!(page.text("table.imports tbody th").contains("november.csv"));
    page.click("table.imports details > summary");
    page.type_into("table.imports details[open] [name=why]", "the wrong month");
    page.follow(|page| page.click("table.imports details[open] button"));
    assert!(page.text(".flash").contains("november.csv is undone"), "{}", page.text(".flash"));
    assert_eq!(page.visible("table.imports tbody tr:first-child details"), 0);
}

#[test]
fn a_file_with_bad_rows_is_imported_its_rejects_downloaded_and_all_of_it_undone() {
    let Some(site) = Site::own() else { return };
    let (page, sheet) = (site.page(), Sheet::new("scripted"));
    let known = site.view().network.corpus().len();
    import(&page, &sheet);
    assert_eq!(site.view().network.corpus().len(), known + 2);

    let rejects = page.attribute("a[download]", "href");
    let rejects = page.eval_promise(&format!("fetch('{rejects}').then(answer => answer.text())"));
    let lines: Vec<&str> = rejects.as_str().unwrap().lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(lines[0], "row,reason,raw");
    assert!(lines[1].starts_with("2,") && lines[1].contains("2 fields"), "{lines:?}");
    assert!(lines[2].starts_with("3,") && lines[2].contains("name"), "{lines:?}");
    check_here(&page);

    page.goto("/search?q=Dot+Fenn");
    assert!(page.text("main [data-row]").contains("Dot Fenn"));
    undo(&page);
    check_here(&page);
    assert_eq!(site.view().network.corpus().len(), known);
}

#[test]
fn without_javascript_a_file_with_bad_rows_is_imported_and_undone() {
    let Some(site) = Site::own() else { return };
    let page = site.page_as(Media { script: false, ..Media::default() });
    let sheet = Sheet::new("scriptless");
    let known = site.view().network.corpus().len();
    import(&page, &sheet);
    assert_eq!(site.view().network.corpus().len(), known + 2);
    assert!(page.text("a[download]").contains("all 2"));
    undo(&page);
    assert_eq!(site.view().network.corpus().len(), known);
}

#[test]
fn the_page_of_an_uploaded_file_is_accessible_wide_and_narrow_light_and_dark() {
    let Some(site) = Site::own() else { return };
    let (page, sheet) = (site.page(), Sheet::new("looked-at"));
    sheet.send(&page);
    for (width, dark) in [(1440, false), (1440, true), (390, false), (390, true)] {
        page.emulate(Media { width, dark, ..Media::default() });
        check_here(&page);
    }
    page.follow(|page| page.click("[formaction$='/dry-run']"));
    wait_for_the_end(&page, "Nothing was stored");
    for (width, dark) in [(1440, false), (1440, true), (390, false), (390, true)] {
        page.emulate(Media { width, dark, ..Media::default() });
        check_here(&page);
    }
    // The list now has a file that was sent.
    page.goto("/import");
    check_here(&page);
}
