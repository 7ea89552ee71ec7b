"""Attempts to change settings as PinDesk would not: rita may define and give roles and nothing else, ann and amy are
administrators, and rules of approval are set (run.py)."""

from changes import tried
from forge import setting


def grant(role, account):
    return (f"INSERT INTO pindesk.operator_roles (account_key, account, role) VALUES ('{account}', '{account}', '{role}');",
            ("grant", f"{role} for {account}", None, {"accountKey": account, "account": account, "role": role}))


def take(role, account):
    return (f"DELETE FROM pindesk.operator_roles WHERE account = '{account}' AND role = '{role}';",
            ("grant", f"{role} for {account}", {"accountKey": account, "account": account, "role": role}, None))


def role(name, cmdlets, units=(), before=None):
    rows = "".join(f" INSERT INTO pindesk.role_cmdlets VALUES ('{name}', '{cmdlet}') ON CONFLICT DO NOTHING;" for cmdlet in cmdlets)
    rows += "".join(f" INSERT INTO pindesk.role_units VALUES ('{name}', '{unit}') ON CONFLICT DO NOTHING;" for unit in units)
    return (f"INSERT INTO pindesk.roles VALUES ('{name}') ON CONFLICT DO NOTHING;{rows}",
            ("role", name, before, {"cmdlets": sorted(cmdlets), "units": sorted(units)}))


def value(key, before, after):
    sql = (f"UPDATE pindesk.meta SET value = '{after}' WHERE key = '{key}';" if after else f"DELETE FROM pindesk.meta WHERE key = '{key}';")
    return sql, ("value", key, {"value": before}, {"value": after} if after else None)


def both(action, *changes):
    return setting(action, " ".join(sql for sql, _ in changes), *(entry for _, entry in changes))


SALES = "OU=Sales,DC=litwareinc,DC=com"
DESK = {"cmdlets": ["Unlock-CsClientPin"], "units": [SALES]}
OWN = {"cmdlets": ["Set-PinDeskRole"], "units": []}
GLOBAL = {"key": "global", "name": "Global", "minLength": 6, "historyCount": 0, "lifetimeDays": 0, "allowCommonPatterns": False,
          "maxAttempts": None}
WEAKER = "UPDATE pindesk.pin_policies SET min_length = 4 WHERE key = 'global';"

CONTROLS = (
    ("rita", "give a role that is held", tried(both("grant-role", grant("Roles", "eve")))),
    ("rita", "define a role within what is held", tried(both("set-role", role("More roles", ["Set-PinDeskRole"])))),
    ("ann", "give any role", tried(both("grant-role", grant("CsHelpDesk", "eve")))),
    ("ann", "a stricter limit", tried(both("set-approval", value("approval_above", "5", "4")))),
    ("ann", "a stricter policy", tried(setting("set-policy", WEAKER.replace("= 4", "= 8"), ("policy", "Global", GLOBAL, {**GLOBAL, "minLength": 8})))),
)


def attempts():
    roles = {
        "become an administrator": both("grant-role", grant("CsAdministrator", "rita")),
        "make somebody an administrator": both("grant-role", grant("CsAdministrator", "eve")),
        "give a role for a unit": both("grant-role", grant("Desk", "rita")),
        "define a role that may more": both("set-role", role("Mine", ["Lock-CsClientPin", "Set-PinDeskRole"])),
        "let the own role permit more": both("set-role", role("Roles", ["Lock-CsClientPin", "Set-PinDeskRole"], before=OWN)),
        "define a role and give it": both("grant-role", role("Mine", ["Lock-CsClientPin"]), grant("Mine", "rita")),
        "let a built-in role permit more": setting("set-role", "INSERT INTO pindesk.role_cmdlets VALUES ('CsHelpDesk', 'Set-PinDeskRole');", (
            "role", "CsHelpDesk", None, None)),
        "open a role to all units": setting("set-role", "DELETE FROM pindesk.role_units WHERE role = 'Desk';", (
            "role", "Desk", DESK, {**DESK, "units": []})),
        "another unit for a role": setting("set-role", "INSERT INTO pindesk.role_units VALUES ('Desk', 'OU=Finance,DC=litwareinc,DC=com');", (
            "role", "Desk", DESK, {**DESK, "units": ["OU=Finance,DC=litwareinc,DC=com", SALES]})),
        "take all administrators away": both("take-role", take("CsAdministrator", "amy"), take("CsAdministrator", "ann")),
        "a grant under another key": setting("grant-role", "INSERT INTO pindesk.operator_roles (account_key, account, role) VALUES ('eve', 'rita', 'Roles');", (
            "grant", "Roles for rita", None, {"accountKey": "eve", "account": "rita", "role": "Roles"})),
        "a grant that the history does not name": setting("grant-role", grant("Roles", "eve")[0]),
        "an entry without a grant": setting("grant-role", "SELECT 1;", grant("Roles", "eve")[1]),
        "an entry about another grant": setting("grant-role", grant("Roles", "eve")[0], grant("Roles", "bob")[1]),
        "a grant without a batch": grant("Roles", "eve")[0],
        "a grant behind a check": both("grant-role", grant("Roles", "eve")).replace("COMMIT;",
            f"SET CONSTRAINTS ALL IMMEDIATE; {grant('CsAdministrator', 'rita')[0]} COMMIT;"),
    }
    for name, sql in roles.items():
        yield "rita", name, sql
    ken = "SELECT id FROM pindesk.users WHERE sip = 'kenmyer@litwareinc.com'"
    rules = {
        "a higher limit": both("set-approval", value("approval_above", "5", "500")),
        "no limit": both("set-approval", value("approval_above", "5", None)),
        "a limit that is none": both("set-approval", value("approval_above", "5", "x")),
        "a weaker policy": setting("set-policy", WEAKER, ("policy", "Global", GLOBAL, {**GLOBAL, "minLength": 4})),
        "a weaker policy under a plan": setting("set-policy", WEAKER, ("policy", "Global", GLOBAL, {**GLOBAL, "minLength": 4}), plan=1),
        "a weaker policy in silence": WEAKER,
        "an end of protection in silence": "UPDATE pindesk.users SET is_protected = 0;",
        "an end of protection": setting("unprotect-user", "UPDATE pindesk.users SET is_protected = 0;").replace(
            "'[]'", f"(SELECT json_build_array(json_build_object('kind', 'protection', 'user', id, 'target', 'sip:' || sip, 'before', "
                    f"'{{\"protected\": true}}'::json))::text FROM pindesk.users WHERE id = ({ken}))"),
    }
    for name, sql in rules.items():
        yield "ann", name, sql


ATTEMPTS = tuple(attempts())
