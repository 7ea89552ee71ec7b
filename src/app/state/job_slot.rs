//! Job slots. A newer job of a slot replaces the older one.

/// The purpose of a job. A slot holds one job; only the slot for saving files holds several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobSlot(&'static str);

impl JobSlot {
    /// Making the plan for the what-if panel.
    pub const PLAN: Self = Self("plan");
    /// Reading the rules that a typed PIN has to keep.
    pub const PIN_RULES: Self = Self("rules for a PIN");
    pub const APPLY: Self = Self("apply");
    /// Reading the layout and the first rows of a file.
    pub const SURVEY: Self = Self("survey");
    /// The preview of a file.
    pub const FILE_PREVIEW: Self = Self("file preview");
    pub const IMPORT: Self = Self("import");
    pub const SEARCH_PREVIEW: Self = Self("search of the preview");
    pub const OPEN_ROW: Self = Self("row of a file");
    pub const PICK_USER: Self = Self("user picked for a row");
    /// The search for any user who may be meant by a row.
    pub const FIND_USER: Self = Self("search for a user");
    pub const SAVE: Self = Self("save");
    pub const BATCHES: Self = Self("batches");
    pub const ENTRIES: Self = Self("entries");
    pub const VERIFY: Self = Self("verify");
    pub const LOCKED_ON: Self = Self("locked on");
    pub const SEARCH_LOCKED: Self = Self("search of the locked users");
    pub const PLANS: Self = Self("plans");
    pub const SUBMIT: Self = Self("submit");
    pub const DECIDE: Self = Self("decide");
    /// The submitted plan in the panel, read again.
    pub const REVIEW: Self = Self("review");
    pub const PIPELINE: Self = Self("pipeline");
    /// The search for the words of the palette.
    pub const PALETTE: Self = Self("palette");
    pub const PALETTE_PLANS: Self = Self("plans of the palette");
    /// Copying the rows of a pipeline.
    pub const COPY_ROWS: Self = Self("copied rows");
    /// Reading the rules of approval.
    pub const APPROVAL: Self = Self("approval");
    /// Changing the rules of approval, or a protection.
    pub const RULES: Self = Self("rules");
    /// Reading the filters that are kept for all operators.
    pub const FILTERS: Self = Self("filters");
    pub const KEEP_FILTER: Self = Self("kept filter");
    pub const CHARTS: Self = Self("charts");
    pub const POLICIES: Self = Self("policies");
    pub const SIMULATION: Self = Self("simulation of a policy");
    pub const OPERATORS: Self = Self("operators");
    pub const ROLES: Self = Self("roles");
    pub const DETAILS: Self = Self("details");
    /// The columns of the rows in view that are read from the store.
    pub const ROWS: Self = Self("rows in view");
    pub const ACCEPT_HISTORY: Self = Self("accepted history");
    /// The key outside the store.
    pub const KEYS: Self = Self("keys");
    /// Reading which copies of the store there are.
    pub const BACKUPS: Self = Self("backups");
    /// Making a copy of the store.
    pub const BACK_UP: Self = Self("back up");
    /// Looking up the users of a pasted text.
    pub const PASTE: Self = Self("pasted users");
    pub const COPY: Self = Self("copied users");
    pub const SAMPLE: Self = Self("sample");
}
