package schedule

import (
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// node is an element of a parsed document.
type node struct {
	name       string
	attributes map[string]string
	text       string
	children   []*node
}

// parsed reads a document strictly.
func parsed(text string) (*node, error) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // it was decoded before
	root := &node{}
	stack := []*node{root}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			made := &node{name: t.Name.Local, attributes: map[string]string{}}
			for _, attribute := range t.Attr {
				made.attributes[attribute.Name.Local] = attribute.Value
			}
			top.children = append(top.children, made)
			stack = append(stack, made)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
}

// fromUTF16 decodes what Windows reads: little endian, with a byte order mark.
func fromUTF16(data []byte) (string, error) {
	if len(data) < 2 || len(data)%2 != 0 || binary.LittleEndian.Uint16(data) != 0xfeff {
		return "", errors.New("no UTF-16 with a byte order mark")
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units[1:])), nil
}

// rule is what the schema of the Task Scheduler says of an element, as far as a task of ours may go: the elements within, each at most once,
// in any order or in the order given; or the form of its text.
type rule struct {
	within   []string
	ordered  bool
	required []string
	form     string
}

const (
	truth    = `true|false`
	duration = `P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?`
	dateTime = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?`
	nonEmpty = `(?s).+`
)

// schema are the rules of http://schemas.microsoft.com/windows/2004/02/mit/task by the path of the element. Where the schema allows S4U as a
// logon type ours does not: such a task has no network.
var schema = map[string]rule{
	"Task":                              {within: []string{"RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"}, required: []string{"Actions"}},
	"Task/RegistrationInfo":             {within: []string{"URI", "SecurityDescriptor", "Source", "Date", "Author", "Version", "Description", "Documentation"}},
	"Task/RegistrationInfo/Author":      {form: `.*`},
	"Task/RegistrationInfo/Description": {form: `.*`},
	"Task/Triggers":                     {within: []string{"CalendarTrigger"}, required: []string{"CalendarTrigger"}},
	"Task/Triggers/CalendarTrigger": {ordered: true, required: []string{"StartBoundary", "ScheduleByDay"},
		within: []string{"Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit", "RandomDelay", "ScheduleByDay"}},
	"Task/Triggers/CalendarTrigger/Enabled":                      {form: truth},
	"Task/Triggers/CalendarTrigger/StartBoundary":                {form: dateTime},
	"Task/Triggers/CalendarTrigger/RandomDelay":                  {form: duration},
	"Task/Triggers/CalendarTrigger/Repetition":                   {within: []string{"Interval", "Duration", "StopAtDurationEnd"}, required: []string{"Interval"}},
	"Task/Triggers/CalendarTrigger/Repetition/Interval":          {form: duration},
	"Task/Triggers/CalendarTrigger/Repetition/Duration":          {form: duration},
	"Task/Triggers/CalendarTrigger/Repetition/StopAtDurationEnd": {form: truth},
	"Task/Triggers/CalendarTrigger/ScheduleByDay":                {within: []string{"DaysInterval"}},
	"Task/Triggers/CalendarTrigger/ScheduleByDay/DaysInterval":   {form: `[1-9]\d?|[12]\d\d|3[0-5]\d|36[0-5]`},
	"Task/Settings": {required: []string{"MultipleInstancesPolicy", "StartWhenAvailable", "RunOnlyIfNetworkAvailable"},
		within: []string{"AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries",
			"AllowHardTerminate", "StartWhenAvailable", "NetworkProfileName", "RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden",
			"DeleteExpiredTaskAfter", "IdleSettings", "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle", "UseUnifiedSchedulingEngine",
			"DisallowStartOnRemoteAppSession"}},
	"Task/Settings/MultipleInstancesPolicy":    {form: `IgnoreNew`},
	"Task/Settings/DisallowStartIfOnBatteries": {form: truth},
	"Task/Settings/StopIfGoingOnBatteries":     {form: truth},
	"Task/Settings/StartWhenAvailable":         {form: `true`},
	"Task/Settings/RunOnlyIfNetworkAvailable":  {form: `true`},
	"Task/Settings/Enabled":                    {form: truth},
	"Task/Settings/ExecutionTimeLimit":         {form: duration},
	"Task/Principals":                          {within: []string{"Principal"}, required: []string{"Principal"}},
	"Task/Principals/Principal": {required: []string{"UserId", "LogonType"},
		within: []string{"UserId", "LogonType", "GroupId", "DisplayName", "RunLevel", "ProcessTokenSidType", "RequiredPrivileges"}},
	"Task/Principals/Principal/UserId":    {form: nonEmpty},
	"Task/Principals/Principal/LogonType": {form: `Password`},
	"Task/Principals/Principal/RunLevel":  {form: `LeastPrivilege|HighestAvailable`},
	"Task/Actions":                        {within: []string{"Exec"}, required: []string{"Exec"}},
	"Task/Actions/Exec":                   {within: []string{"Command", "Arguments", "WorkingDirectory"}, required: []string{"Command"}},
	"Task/Actions/Exec/Command":           {form: `(?s).{1,260}`},
	"Task/Actions/Exec/Arguments":         {form: `(?s).*`},
}

// violations are what a document has against the schema.
func violations(path string, n *node) []string {
	r, known := schema[path]
	if !known {
		return []string{path + " is not in the schema"}
	}
	var found []string
	if r.form != "" && (len(n.children) > 0 || !regexp.MustCompile(`^(?:`+r.form+`)$`).MatchString(n.text)) {
		found = append(found, fmt.Sprintf("%s is %q", path, n.text))
	}
	if r.form == "" && strings.TrimSpace(n.text) != "" {
		found = append(found, path+" has text between its elements")
	}
	last := -1
	var names []string
	for _, child := range n.children {
		place := slices.Index(r.within, child.name)
		switch {
		case slices.Contains(names, child.name):
			found = append(found, path+" has "+child.name+" twice")
		case r.ordered && place < last:
			found = append(found, path+" has "+child.name+" too late")
		}
		last, names = max(last, place), append(names, child.name)
		found = append(found, violations(path+"/"+child.name, child)...)
	}
	for _, name := range r.required {
		if !slices.Contains(names, name) {
			found = append(found, path+" has no "+name)
		}
	}
	return found
}

// taskOf is the document of an entry as Windows reads it.
func taskOf(t *testing.T, entry *Entry) *node {
	t.Helper()
	text, err := entry.Text()
	if err != nil {
		t.Fatal(err)
	}
	document, err := fromUTF16(text.Files[0].Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(document, `<?xml version="1.0" encoding="UTF-16"?>`+"\r\n") {
		t.Errorf("the document begins with %.60q", document)
	}
	root, err := parsed(document)
	if err != nil || len(root.children) != 1 {
		t.Fatalf("%v in %s", err, document)
	}
	return root.children[0]
}

func (n *node) at(path ...string) *node {
	for _, name := range path {
		i := slices.IndexFunc(n.children, func(child *node) bool { return child.name == name })
		if i < 0 {
			return &node{}
		}
		n = n.children[i]
	}
	return n
}

func TestTasksFollowTheSchema(t *testing.T) {
	for _, v := range variants() {
		entry := ordinary(t, Windows)
		v.apply(entry)
		task := taskOf(t, entry)
		for _, violation := range violations("Task", task) {
			t.Errorf("%s: %s", v.name, violation)
		}
		if task.attributes["xmlns"] != "http://schemas.microsoft.com/windows/2004/02/mit/task" || task.attributes["version"] != "1.3" {
			t.Errorf("%s: %v", v.name, task.attributes)
		}
		if task.at("Actions").attributes["Context"] != task.at("Principals", "Principal").attributes["id"] {
			t.Errorf("%s: the action is nobody's", v.name)
		}
		arguments := windowsSplit(task.at("Actions", "Exec", "Arguments").text)
		if command := task.at("Actions", "Exec", "Command").text; command != entry.Program || !slices.Equal(arguments, entry.command()[1:]) {
			t.Errorf("%s: it runs %s %q", v.name, command, arguments)
		}
	}
}

func TestTheRulesOfTheSchemaCanFail(t *testing.T) {
	for name, change := range map[string]func(*node){
		"S4U":                   func(n *node) { n.at("Principals", "Principal", "LogonType").text = "S4U" },
		"an order of its own":   func(n *node) { slices.Reverse(n.at("Triggers", "CalendarTrigger").children) },
		"an unknown element":    func(n *node) { n.at("Settings").children[0].name = "Unknown" },
		"one of them twice":     func(n *node) { n.children = append(n.children, n.at("Settings")) },
		"no time":               func(n *node) { n.at("Triggers", "CalendarTrigger", "StartBoundary").text = "06:00" },
		"nothing to run":        func(n *node) { n.at("Actions").children = nil },
		"text in between":       func(n *node) { n.at("Settings").text = "x" },
		"parallel runs":         func(n *node) { n.at("Settings", "MultipleInstancesPolicy").text = "Parallel" },
		"without the network":   func(n *node) { n.at("Settings", "RunOnlyIfNetworkAvailable").text = "false" },
		"an element in a text":  func(n *node) { n.at("Actions", "Exec", "Command").children = []*node{{name: "b"}} },
		"nobody to run it":      func(n *node) { n.at("Principals", "Principal", "UserId").text = "" },
		"a day that is no span": func(n *node) { n.at("Settings", "ExecutionTimeLimit").text = "2h" },
	} {
		task := taskOf(t, ordinary(t, Windows))
		if change(task); violations("Task", task) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// The first run lies ahead and at a time that there is: all others are told from it.
func TestTheFirstRunOfATask(t *testing.T) {
	start := func(timing Timing, now string) string {
		entry := ordinary(t, Windows)
		entry.Timing = timing
		entry.Now, _ = time.Parse(time.RFC3339, now)
		return taskOf(t, entry).at("Triggers", "CalendarTrigger", "StartBoundary").text
	}
	for _, tt := range []struct {
		timing    Timing
		now, want string
	}{
		{Timing{At: 360}, "2026-11-22T12:00:00Z", "2026-11-23T06:00:00"},
		{Timing{At: 360, UTC: true}, "2026-11-22T05:30:00Z", "2026-11-22T06:00:00Z"},
		{Timing{At: 360, Every: 4 * time.Hour}, "2026-11-22T12:00:00Z", "2026-11-22T14:00:00"},
		{Timing{At: 150}, "2027-03-27T12:00:00Z", "2027-03-29T02:30:00"},
	} {
		if got := start(tt.timing, tt.now); got != tt.want {
			t.Errorf("%s at %s: %s, want %s", tt.timing, tt.now, got, tt.want)
		}
	}
}

// windowsSplit reads a command line as programs on Windows do.
func windowsSplit(line string) []string {
	var words []string
	var word strings.Builder
	quoted, started, slashes := false, false, 0
	flush := func(n int) { word.WriteString(strings.Repeat(`\`, n)); slashes = 0 }
	for _, r := range line {
		switch {
		case r == '\\':
			slashes, started = slashes+1, true
		case r == '"':
			odd := slashes%2 == 1
			if flush(slashes / 2); odd {
				word.WriteByte('"')
			} else {
				quoted = !quoted
			}
			started = true
		case r == ' ' && !quoted:
			if flush(slashes); started {
				words = append(words, word.String())
			}
			word.Reset()
			started = false
		default:
			flush(slashes)
			word.WriteRune(r)
			started = true
		}
	}
	if flush(slashes); started {
		words = append(words, word.String())
	}
	return words
}

func TestWordsOnWindows(t *testing.T) {
	words := []string{`plain`, `with space`, ``, `quote"d`, `ends in \`, `C:\a b\`, `\\server\share`, `a\"b`, `a\\"b c`, `%PATH%`, `it's`}
	if got := windowsSplit(WindowsWords(words...)); !slices.Equal(got, words) {
		t.Errorf("%q, want %q", got, words)
	}
}
