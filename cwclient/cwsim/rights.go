package cwsim

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The levels of a right.
const (
	LevelNone = "None"
	LevelMy   = "My"  // own records only: others are left out of lists without a word
	LevelAll  = "All" // everybody's
)

// The kinds of a right.
const (
	KindAdd     = "add"
	KindEdit    = "edit"
	KindDelete  = "delete"
	KindInquire = "inquire"
)

// rightOf is one row of a security role: a function of a module.
type rightOf struct {
	module, function string
	levels           map[string]string // by kind
}

// functions are the rows of the role of the API member, in the order in which
// system/mySecurity lists them.
func functions() []*rightOf {
	var out []*rightOf
	for _, row := range [][2]string{
		{"Companies", "Company Maintenance"}, {"Companies", "Contacts"}, {"Finance", "Agreements"},
		{"Finance", "Invoicing"}, {"Procurement", "Product Catalog"}, {"System", "Table Setup"},
		{"System", "API Reports"}, {"System", "Member Maintenance"}, {"Service Desk", "Service Tickets"},
	} {
		out = append(out, &rightOf{row[0], row[1], map[string]string{
			KindAdd: LevelAll, KindEdit: LevelAll, KindDelete: LevelAll, KindInquire: LevelAll,
		}})
	}
	return out
}

// Deny takes one right of the API member away: requests that need it are
// answered 403 Security, and system/mySecurity shows the level None. An unknown
// module, function or kind panics.
func (s *Server) Deny(module, function, kind string) { s.SetRight(module, function, kind, LevelNone) }

// SetRight sets the level of one right. An unknown module, function or kind panics.
func (s *Server) SetRight(module, function, kind, level string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rights {
		if r.module == module && r.function == function && r.levels[kind] != "" {
			r.levels[kind] = level
			return
		}
	}
	panic(fmt.Sprintf("cwsim: no right %s > %s: %s", module, function, kind))
}

// level is what the API member holds; nothing is needed where module is "".
func (s *Server) level(module, function, kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rights {
		if r.module == module && r.function == function {
			return r.levels[kind]
		}
	}
	return LevelAll
}

// mySecurity lists the rights of the caller.
func (c *call) mySecurity() (answer, *problem) {
	type row struct {
		ID                       int               `json:"id"`
		AddLevel                 string            `json:"addLevel"`
		EditLevel                string            `json:"editLevel"`
		DeleteLevel              string            `json:"deleteLevel"`
		InquireLevel             string            `json:"inquireLevel"`
		ModuleFunctionName       string            `json:"moduleFunctionName"`
		ModuleFunctionIdentifier string            `json:"moduleFunctionIdentifier"`
		ModuleName               string            `json:"moduleName"`
		ModuleIdentifier         string            `json:"moduleIdentifier"`
		MyAllFlag                bool              `json:"myAllFlag"`
		SortOrder                int               `json:"sortOrder"`
		Info                     map[string]string `json:"_info"`
	}
	var rows []row
	c.s.mu.Lock()
	for i, r := range c.s.rights {
		rows = append(rows, row{
			ID: i + 1, SortOrder: i + 1, MyAllFlag: true,
			AddLevel: r.levels[KindAdd], EditLevel: r.levels[KindEdit],
			DeleteLevel: r.levels[KindDelete], InquireLevel: r.levels[KindInquire],
			ModuleFunctionName: r.function, ModuleFunctionIdentifier: strings.ReplaceAll(r.function, " ", ""),
			ModuleName: r.module, ModuleIdentifier: strings.ToUpper(r.module[:2]),
			Info: map[string]string{"lastUpdated": "2015-01-01T00:00:00Z", "updatedBy": installer},
		})
	}
	c.s.mu.Unlock()
	return pageOf(c, rows)
}

// pageOf is one page of a list that is made at each request.
func pageOf[T any](c *call, rows []T) (answer, *problem) {
	p, bad := c.paging()
	if bad != nil {
		return answer{}, bad
	}
	if p.forward {
		return answer{}, badRequest("Forward only paging is not supported by this endpoint.")
	}
	from := min((p.page-1)*p.size, len(rows))
	to := min(from+p.size, len(rows))
	body, err := json.Marshal(rows[from:to])
	if err != nil {
		return answer{}, badRequest("%v", err)
	}
	a := answer{status: 200, body: body}
	a.link(c.pageLinks(p, len(rows)))
	return a, nil
}
