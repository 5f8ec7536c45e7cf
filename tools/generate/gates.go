package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"reflect"
	"strings"
)

const gateMarker = "+featureGate="

// By Go package, type and field (`Lifecycle.StopSignal`): the feature gates that the field's comment names, with commas between.
var gates = map[string]map[string]string{}

// Reflection does not see comments, so they are read from the source of the type's package.
func gateOf(t reflect.Type, field string) string {
	known, done := gates[t.PkgPath()]
	if !done {
		known = gatesOf(t.PkgPath())
		gates[t.PkgPath()] = known
	}
	return known[t.Name()+"."+field]
}

func gatesOf(pkg string) map[string]string {
	found := map[string]string{}
	list := exec.Command("go", "list", "-f", "{{.Dir}}", pkg)
	list.Stderr = os.Stderr
	dir, err := list.Output()
	if err != nil {
		panic(err)
	}
	packages, err := parser.ParseDir(token.NewFileSet(), strings.TrimSpace(string(dir)), nil, parser.ParseComments)
	if err != nil {
		panic(err)
	}
	for _, one := range packages {
		ast.Inspect(one, func(node ast.Node) bool {
			spec, ok := node.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if fields, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range fields.Fields.List {
					for _, name := range field.Names {
						if gate := gateIn(field.Doc); gate != "" {
							found[spec.Name.Name+"."+name.Name] = gate
						}
					}
				}
			}
			return false
		})
	}
	return found
}

func gateIn(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	named := []string{}
	for _, line := range doc.List {
		if at := strings.Index(line.Text, gateMarker); at >= 0 {
			named = append(named, strings.Fields(line.Text[at+len(gateMarker):])[0])
		}
	}
	return strings.Join(named, ",")
}
