package cwclient

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
)

// SystemInfo mirrors GET /system/info (schema Info).
type SystemInfo struct {
	Version        string // such as "v2026.4.12345"
	IsCloud        bool
	ServerTimeZone string // Windows name, such as "Eastern Standard Time"
	CloudRegion    string
}

// SecurityRight mirrors one row of GET /system/mySecurity (schema MySecurity): what the API member's role may do
// with one function of one module. Levels are None, My or All; My hides other people's records without an error.
type SecurityRight struct {
	ID                       int    `json:"id"`
	ModuleIdentifier         string `json:"moduleIdentifier"`
	ModuleName               string `json:"moduleName"`
	ModuleFunctionIdentifier string `json:"moduleFunctionIdentifier"`
	ModuleFunctionName       string `json:"moduleFunctionName"`
	AddLevel                 string `json:"addLevel"`
	EditLevel                string `json:"editLevel"`
	DeleteLevel              string `json:"deleteLevel"`
	InquireLevel             string `json:"inquireLevel"`
}

// MyMember mirrors GET /system/myMembers (schema MyMember): the API member that we are.
type MyMember struct {
	ID           int    `json:"id"`
	Identifier   string `json:"identifier"`
	FirstName    string `json:"firstName"`
	LastName     string `json:"lastName"`
	SecurityRole Ref    `json:"securityRole"`
}

// SystemClient reads what the server says of itself and of us. All errors are of type *Error.
type SystemClient struct {
	c      *Client
	rights *collection[SecurityRight]
	me     *collection[MyMember]
}

// newSystem makes the service.
func newSystem(c *Client) *SystemClient {
	return &SystemClient{c: c, rights: &collection[SecurityRight]{
		c: c, one: "right", many: "rights of the security role", path: "system/mySecurity",
		id: func(r *SecurityRight) int { return r.ID },
	}, me: &collection[MyMember]{
		c: c, one: "API member", many: "API members", path: "system/myMembers",
		id: func(m *MyMember) int { return m.ID },
	}}
}

// Info reads version and time zone of the server. It is the cheapest request that needs valid credentials.
func (s *SystemClient) Info(ctx context.Context) (SystemInfo, error) {
	var wire struct {
		Version        string `json:"version"`
		IsCloud        flag   `json:"isCloud"`
		ServerTimeZone string `json:"serverTimeZone"`
		CloudRegion    string `json:"cloudRegion"`
	}
	q := &call{op: "read system info", method: http.MethodGet, path: "system/info"}
	q.decode = func(body []byte, _ http.Header) error {
		if err := opening(json.NewDecoder(bytes.NewReader(body)), '{'); err != nil {
			return err
		}
		return json.Unmarshal(body, &wire)
	}
	if _, err := s.c.do(ctx, q); err != nil {
		return SystemInfo{}, err
	}
	return SystemInfo{wire.Version, bool(wire.IsCloud), wire.ServerTimeZone, wire.CloudRegion}, nil
}

// MySecurity reads every right of the API member's role.
func (s *SystemClient) MySecurity(ctx context.Context) ([]SecurityRight, error) {
	var all []SecurityRight
	for right, err := range s.rights.all(ctx, ListOptions{}) {
		if err != nil {
			return nil, err
		}
		all = append(all, right)
	}
	return all, nil
}

// MyMember reads the API member that we are. In the published description the address gives one object, whatever its name.
func (s *SystemClient) MyMember(ctx context.Context) (MyMember, error) {
	q := &call{op: "read the API member", method: http.MethodGet, path: s.me.path}
	return s.me.single(ctx, q, 0)
}
