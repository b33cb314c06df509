package plan

// Code says in one word why a row is what it is. Codes are part of the public contract: they are only ever added.
type Code string

// Codes of what is done.
const (
	Unchanged    Code = "unchanged"
	UsageRose    Code = "usage_rose"
	UsageFell    Code = "usage_fell"
	UsageZero    Code = "usage_zero"
	UsageEnded   Code = "usage_ended"
	NewLine      Code = "new_line"
	NewProduct   Code = "new_product"
	PriceChanged Code = "price_changed"
	CostChanged  Code = "cost_changed"
	TaxChanged   Code = "tax_changed"
)

// Codes of lines that are held or skipped.
const (
	GuardDrop             Code = "guard_drop"
	GuardRise             Code = "guard_rise"
	DriftQuantity         Code = "drift_quantity"
	DriftPrice            Code = "drift_price"
	DriftProduct          Code = "drift_product"
	DriftCancelled        Code = "drift_cancelled"
	DriftDeleted          Code = "drift_deleted"
	MappingChanged        Code = "mapping_changed"
	UndoneBefore          Code = "undone"
	AmbiguousLines        Code = "ambiguous_lines"
	ClaimedTwice          Code = "claimed_twice"
	UnlinkedCustomer      Code = "unlinked_customer"
	UnmappedService       Code = "unmapped_service"
	StatusNotBilled       Code = "status_not_billed"
	SyncOff               Code = "sync_off"
	NotInUsage            Code = "not_in_usage"
	AgreementClosed       Code = "agreement_closed"
	AgreementNotRecurring Code = "agreement_not_recurring"
	AgreementMissing      Code = "agreement_missing"
	AgreementOtherCompany Code = "agreement_other_company"
	ProductMissing        Code = "product_missing"
	ProductInactive       Code = "product_inactive"
	CurrencyDiffers       Code = "currency_differs"
	CycleDiffers          Code = "cycle_differs"
	IncludedTwice         Code = "included_twice"
	NotProrated           Code = "not_prorated"
	PreviousUnknown       Code = "previous_unknown"
	ChangedMeanwhile      Code = "changed_meanwhile"
	MergedInto            Code = "merged_into"
	LeftOut               Code = "left_out"
)

// Codes of whole sources.
const (
	SourceFailed    Code = "source_failed"
	SourceEmpty     Code = "source_empty"
	UsageStale      Code = "usage_stale"
	MissingShare    Code = "missing_share"
	MaxMonthlyDelta Code = "max_monthly_delta"
)
