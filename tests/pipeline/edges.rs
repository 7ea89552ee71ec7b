//! Edges of the syntax: line continuations after a word, many adjacent brackets, and sets with a
//! bracket in them.

use pindesk::pipeline::{Change, Pipeline};

use crate::{asked, ids, passing, run};

fn said_about(text: &str) -> String {
    let Err(fault) = Pipeline::parse(text) else {
        panic!("read: {text}")
    };
    fault.message
}

#[test]
fn a_backtick_at_the_end_of_a_line_ends_the_word_before_it() {
    let (_, outcome) = run("Get-CsUser sip:user1@litwareinc.com`\n | Lock-CsClientPin");
    assert_eq!(ids(&asked(outcome.answer)), [1]);
    assert_eq!(passing("DisplayName -like *smith`\n"), [3, 5]);
}

#[test]
fn any_number_of_brackets_may_stand_side_by_side() {
    let many = vec!["($_.IsPinSet)"; 100].join(" -or ");
    assert_eq!(passing(&format!("{{{many}}}")), [1, 2, 3, 5]);
    let deep = format!("{{{}$_.IsPinSet{}}}", "(".repeat(51), ")".repeat(51));
    assert_eq!(
        said_about(&format!("Get-CsUser | Where-Object {deep}")),
        "Too many brackets are open here."
    );
}

#[test]
fn a_dash_alone_is_said_to_be_a_parameter_without_a_name() {
    assert_eq!(
        said_about("Get-CsUser -"),
        "The name of a parameter is missing behind this dash."
    );
}

#[test]
fn users_have_a_domain() {
    for (domain, expected) in [("LITWAREINC", 5), ("contoso", 0)] {
        let text = format!("Get-CsUser | ? {{$_.Domain -eq '{domain}'}} | Lock-CsClientPin");
        let (_, outcome) = run(&text);
        assert_eq!(ids(&asked(outcome.answer)).len(), expected, "{domain}");
    }
}

#[test]
fn a_point_alone_is_a_text_in_the_simple_form() {
    assert_eq!(passing("DisplayName -ne ."), [1, 2, 3, 4, 5]);
}

#[test]
fn a_bracket_that_comes_first_in_a_set_belongs_to_it() {
    assert_eq!(passing("{$_.DisplayName -like '[]k]*'}"), [1]);
}

#[test]
fn brackets_that_are_no_count_are_plain_characters() {
    for pattern in ["a{,3}", "a{2", "{a}"] {
        let text = format!("{{$_.DisplayName -match '{pattern}'}}");
        assert_eq!(passing(&text), Vec::<i64>::new(), "{pattern}");
        let text = format!("{{'x{pattern}y' -match '{pattern}'}}");
        assert_eq!(passing(&text).len(), 5, "{pattern}");
    }
}

#[test]
fn users_who_changed_while_a_pipeline_ran_are_counted() {
    assert_eq!(Change::left_out_words(0), None);
    assert_eq!(
        Change::left_out_words(1).as_deref(),
        Some("1 user changed in the meantime and left out. Run it again.")
    );
    assert_eq!(
        Change::left_out_words(2).as_deref(),
        Some("2 users changed in the meantime and left out. Run it again.")
    );
}
