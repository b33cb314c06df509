package source

// Column is one of the things that a source may say of a usage line.
type Column int

// The columns of a usage line, in the order of CONTRACT.md section 5.
const (
	ColumnCustomerID Column = iota
	ColumnServiceID
	ColumnQuantity
	ColumnCustomerName
	ColumnServiceName
	ColumnUnit
	ColumnCost
	ColumnPrice
	ColumnCurrency
	ColumnStatus
	ColumnDomain
	ColumnAsOf
	ColumnPeriod
	columnCount
)

// String is the name that the column has by default in a file's header or an item's fields.
func (c Column) String() string {
	names := [columnCount]string{"customer_id", "service_id", "quantity", "customer_name", "service_name", "unit", "cost", "price", "currency",
		"status", "domain", "as_of", "period"}
	if c < 0 || c >= columnCount {
		return ""
	}
	return names[c]
}

// Needed reports whether no source may leave the column out.
func (c Column) Needed() bool { return c <= ColumnQuantity }

// Columns lists all columns.
func Columns() []Column {
	columns := make([]Column, columnCount)
	for i := range columns {
		columns[i] = Column(i)
	}
	return columns
}

// ColumnNames lists the names of all columns.
func ColumnNames() []string {
	var names []string
	for _, column := range Columns() {
		names = append(names, column.String())
	}
	return names
}

// Cell is one value as the source wrote it.
type Cell struct {
	Text    string
	Column  int  // 1-based place within the line, 0 where there is none
	Present bool // false: the source has no such column or value
}

// Row is one line or item of a source, its values by column. It may be used again for the next.
type Row struct {
	Place  int // 1-based line or item
	Cells  [columnCount]Cell
	Counts []Cell // aligned with the bases of Rules
}

// Set fills in one column.
func (r *Row) Set(column Column, cell Cell) { r.Cells[column] = cell }
