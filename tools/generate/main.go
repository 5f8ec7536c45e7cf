// Prints, as JSON, what only Go's reflection knows of the API's types: the struct fields in their order with all of their
// tags, what is a pointer, and which types are written in a form of their own. write.ts joins it with OpenAPI and discovery.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"sort"
	"strings"

	admission "k8s.io/api/admission/v1"
	apidiscovery "k8s.io/api/apidiscovery/v2"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientset "k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// Field is one JSON field of a struct; what Go embeds is listed flat, with the protobuf message that holds it.
type Field struct {
	Name          string `json:"name"`
	Type          string `json:"type"`
	Tag           int    `json:"tag,omitempty"`
	Within        []int  `json:"within,omitempty"`
	Pointer       bool   `json:"pointer,omitempty"`
	OmitEmpty     bool   `json:"omitempty,omitempty"`
	OmitZero      bool   `json:"omitzero,omitempty"`
	Wrapped       bool   `json:"wrapped,omitempty"`
	PatchStrategy string `json:"patchStrategy,omitempty"`
	PatchMergeKey string `json:"patchMergeKey,omitempty"`
	// The OpenAPI name of the embedded struct that it comes from.
	From string `json:"from,omitempty"`
	// Names of the embedded structs on the way to it.
	Embedded []string `json:"embedded,omitempty"`
	// The type as Go prints it, where a type that is no struct has a name: `[]v1.FinalizerName`.
	Go string `json:"go,omitempty"`
	// The feature gates without which it counts for nothing, with commas between.
	Gate string `json:"gate,omitempty"`
}

type Definition struct {
	Fields []Field `json:"fields"`
}

type Kind struct {
	Group      string `json:"group"`
	Version    string `json:"version"`
	Kind       string `json:"kind"`
	Definition string `json:"definition"`
}

// Types that have a JSON form of their own.
var special = map[string]string{
	"k8s.io/apimachinery/pkg/apis/meta/v1.Time":                                             "time",
	"k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime":                                        "microTime",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Duration":                                         "duration",
	"k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1":                                         "fieldsV1",
	"k8s.io/apimachinery/pkg/api/resource.Quantity":                                         "quantity",
	"k8s.io/apimachinery/pkg/util/intstr.IntOrString":                                       "intOrString",
	"k8s.io/apimachinery/pkg/runtime.RawExtension":                                          "rawExtension",
	"k8s.io/apimachinery/pkg/types.UID":                                                     "string",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON":                         "json",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrBool":        "schemaOrBool",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrArray":       "schemaOrArray",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrStringArray": "schemaOrStrings",
}

var definitions = map[string]*Definition{}

// What the published modules call `k8s.io/api/apps/v1` is `io.k8s.api.apps.v1` in OpenAPI.
func nameOf(t reflect.Type) string {
	if named, ok := reflect.New(t).Interface().(interface{ OpenAPIModelName() string }); ok {
		return named.OpenAPIModelName()
	}
	path := strings.Split(t.PkgPath(), "/")
	domain := strings.Split(path[0], ".")
	for i, j := 0, len(domain)-1; i < j; i, j = i+1, j-1 {
		domain[i], domain[j] = domain[j], domain[i]
	}
	return strings.Join(append(append(domain, path[1:]...), t.Name()), ".")
}

func typeOf(t reflect.Type) string {
	if name, ok := special[t.PkgPath()+"."+t.Name()]; ok {
		return name
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeOf(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int32, reflect.Uint32, reflect.Int:
		return "int32"
	case reflect.Int64, reflect.Uint64:
		return "int64"
	case reflect.Float64, reflect.Float32:
		return "float64"
	case reflect.Interface:
		return "json"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + typeOf(t.Elem())
	case reflect.Map:
		values := typeOf(t.Elem())
		if t.Elem().Kind() == reflect.Slice && t.Elem().Elem().Kind() != reflect.Uint8 && t.Elem().Name() != "" {
			values = "wrapped" + values
		}
		return "{}" + values
	case reflect.Struct:
		return define(t)
	}
	panic("no JSON form known for " + t.String())
}

func define(t reflect.Type) string {
	name := nameOf(t)
	if _, done := definitions[name]; !done {
		definition := &Definition{}
		definitions[name] = definition
		definition.Fields = fieldsOf(t)
	}
	return name
}

func fieldsOf(t reflect.Type) []Field {
	fields := []Field{}
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		json := strings.Split(f.Tag.Get("json"), ",")
		number, opt := protobufOf(f)
		inline := f.Anonymous && json[0] == ""
		if json[0] == "-" {
			continue
		}
		if inline {
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			from := ""
			if embedded.Name() != "TypeMeta" {
				from = define(embedded)
			}
			for _, inner := range fieldsOf(embedded) {
				if number == 0 {
					// TypeMeta is written in the envelope, not in the message.
					inner.Tag = 0
				} else {
					inner.Within = append([]int{number}, inner.Within...)
				}
				if inner.From == "" {
					inner.From = from
				}
				if embedded.Name() != "TypeMeta" {
					inner.Embedded = append([]string{f.Name}, inner.Embedded...)
				}
				fields = append(fields, inner)
			}
			continue
		}
		name := json[0]
		if name == "" {
			name = f.Name
		}
		field := Field{Name: name, Type: typeOf(f.Type), Tag: number, Pointer: f.Type.Kind() == reflect.Pointer,
			PatchStrategy: f.Tag.Get("patchStrategy"), PatchMergeKey: f.Tag.Get("patchMergeKey"), Gate: gateOf(t, f.Name)}
		if named(f.Type) {
			field.Go = strings.TrimPrefix(f.Type.String(), "*")
		}
		for _, option := range json[1:] {
			field.OmitEmpty = field.OmitEmpty || option == "omitempty"
			field.OmitZero = field.OmitZero || option == "omitzero"
		}
		field.Wrapped = opt && strings.HasPrefix(field.Type, "[]") && f.Type.Name() != ""
		fields = append(fields, field)
	}
	return fields
}

// Whether a name of Go's is in a type that facts describe by what it is made of.
func named(t reflect.Type) bool {
	if t.Kind() == reflect.Struct {
		return false
	}
	if t.PkgPath() != "" {
		return true
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return named(t.Elem())
	case reflect.Map:
		return named(t.Key()) || named(t.Elem())
	}
	return false
}

func protobufOf(f reflect.StructField) (number int, opt bool) {
	parts := strings.Split(f.Tag.Get("protobuf"), ",")
	if len(parts) < 3 {
		return 0, false
	}
	for _, digit := range parts[1] {
		number = number*10 + int(digit-'0')
	}
	return number, parts[2] == "opt"
}

func main() {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientset.AddToScheme, admission.AddToScheme, apidiscovery.AddToScheme, apiextensions.AddToScheme, apiregistration.AddToScheme, metav1.AddMetaToScheme} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	kinds := []Kind{}
	for gvk, t := range scheme.AllKnownTypes() {
		own := t.PkgPath() != "k8s.io/apimachinery/pkg/apis/meta/v1"
		meta := gvk.Group == "" && gvk.Version == "v1" || gvk.Group == "meta.k8s.io" && gvk.Version == "v1"
		if gvk.Version == runtime.APIVersionInternal || !own && !meta {
			continue
		}
		kinds = append(kinds, Kind{gvk.Group, gvk.Version, gvk.Kind, define(t)})
	}
	sort.Slice(kinds, func(i, j int) bool {
		a, b := kinds[i], kinds[j]
		return a.Group+"/"+a.Version+"/"+a.Kind < b.Group+"/"+b.Version+"/"+b.Kind
	})
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	if err := out.Encode(map[string]any{"kinds": kinds, "definitions": definitions}); err != nil {
		panic(err)
	}
}
