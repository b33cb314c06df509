package main

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// The calls that write to ConnectWise, and where each may stand: there is one path, from a plan through the journal, and no second.
var (
	portWrites   = []string{"CreateAddition", "EditAddition", "CreateProduct", "EditProduct", "CreateTicket", "CreateNote"}
	clientWrites = []string{"Create", "Patch", "CreateInternalNote"}
)

// writing are words that a port which writes would begin with.
var writing = []string{"Create", "Edit", "Patch", "Post", "Put", "Update", "Cancel", "Delete"}

func writes(name string) bool {
	return slices.ContainsFunc(writing, func(word string) bool { return strings.HasPrefix(name, word) })
}

// eachMethod visits the methods of interfaces, with the name of the interface, and those that are implemented, with the name of their type.
func (f *goFile) eachMethod(port, made func(of, name string)) {
	ast.Inspect(f.tree, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.TypeSpec:
			if face, ok := node.Type.(*ast.InterfaceType); ok {
				for _, field := range face.Methods.List {
					for _, name := range field.Names {
						port(node.Name.Name, name.Name)
					}
				}
			}
		case *ast.FuncDecl:
			if node.Recv != nil {
				of := node.Recv.List[0].Type
				if star, ok := of.(*ast.StarExpr); ok {
					of = star.X
				}
				if ident, ok := of.(*ast.Ident); ok {
					made(ident.Name, node.Name.Name)
				}
			}
		}
		return true
	})
}

// eachCall visits the calls of something's functions, with the name of the function that they stand in: "b" for a.b().
func (f *goFile) eachCall(visit func(in, of, name string)) {
	for _, decl := range f.tree.Decls {
		in, ok := decl.(*ast.FuncDecl)
		ast.Inspect(decl, func(node ast.Node) bool {
			call, isCall := node.(*ast.CallExpr)
			if !isCall {
				return true
			}
			selector, isSelector := call.Fun.(*ast.SelectorExpr)
			if !isSelector {
				return true
			}
			within, of := "", ""
			if ok {
				within = in.Name.Name
			}
			switch x := selector.X.(type) {
			case *ast.Ident:
				of = x.Name
			case *ast.SelectorExpr:
				of = x.Sel.Name
			}
			visit(within, of, selector.Sel.Name)
			return true
		})
	}
}

// No port but those of the engine can write, and that of alerts, which opens a service ticket and appends to it and knows nothing of billing: neither a
// screen nor a command nor a check has anything to write with.
func TestOnlyTheEngineHasPortsThatWrite(t *testing.T) {
	want := []string{"syncer.Products CreateProduct", "syncer.Products EditProduct", "syncer.Writer CreateAddition", "syncer.Writer EditAddition",
		"syncer.alert.Desk CreateNote", "syncer.alert.Desk CreateTicket"}
	var ports []string
	for _, file := range goFiles(t) {
		if file.test || slices.Contains([]string{"store", "store/secret", "cwclient/cwsim"}, row(file.folder)) { // what they write is their own
			continue
		}
		file.eachMethod(func(of, name string) {
			if writes(name) {
				ports = append(ports, strings.ReplaceAll(file.folder, "/", ".")+"."+of+" "+name)
			}
		}, func(of, name string) {
			if slices.Contains(portWrites, name) && file.folder != "syncer/psa" {
				t.Errorf("%s: %s implements %s, which syncer/psa alone does", file.path, of, name)
			}
		})
	}
	slices.Sort(ports)
	if !slices.Equal(ports, want) {
		t.Errorf("ports with methods that write: %q, want %q", ports, want)
	}
}

// The ports that write are called where a write is journalled, once each; the client's writes by what implements the ports.
func TestOnlyApplyWrites(t *testing.T) {
	var calls []string
	for _, file := range goFiles(t) {
		if file.test {
			continue
		}
		talks := slices.ContainsFunc(file.tree.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == `"`+module+`/cwclient"` })
		file.eachCall(func(in, of, name string) {
			switch {
			case slices.Contains(portWrites, name):
				calls = append(calls, file.folder+" "+in+" "+of+"."+name)
			case slices.Contains(clientWrites, name) && talks && of != "os":
				calls = append(calls, file.folder+" "+in+" "+of+"."+name)
			case file.folder == "cwclient" && slices.Contains([]string{"create", "patch"}, name):
				calls = append(calls, file.folder+" "+in+" "+name)
			}
		})
	}
	slices.Sort(calls)
	want := []string{
		"cwclient Create create", "cwclient Create create", "cwclient Create create", "cwclient CreateInternalNote create", "cwclient Patch patch", "cwclient Patch patch",
		"syncer send Writer.CreateAddition", "syncer send Writer.EditAddition", "syncer sendProduct Products.CreateProduct", "syncer sendProduct Products.EditProduct",
		"syncer/alert open desk.CreateTicket", "syncer/alert tell desk.CreateNote", "syncer/alert tell desk.CreateNote",
		"syncer/psa CreateAddition Additions.Create", "syncer/psa CreateNote Tickets.CreateInternalNote", "syncer/psa CreateProduct Catalog.Create",
		"syncer/psa CreateTicket Tickets.Create", "syncer/psa EditAddition Additions.Patch", "syncer/psa EditProduct Catalog.Patch",
	}
	if !slices.Equal(calls, want) {
		t.Errorf("calls that write:\n%s\nwant\n%s", strings.Join(calls, "\n"), strings.Join(want, "\n"))
	}
}
