package main

import (
	"github.com/openbao/openbao/sdk/v2/helper/consts"
	"github.com/openbao/openbao/sdk/v2/logical"
)

// engines are the ones that can be mounted, by their type.
type engines map[string]logical.Factory

func (e engines) Contains(name string, _ consts.PluginType) bool {
	_, found := e[name]
	return found
}

func (e engines) Get(name string, _ consts.PluginType) (func() (interface{}, error), bool) {
	factory, found := e[name]
	return func() (interface{}, error) { return factory, nil }, found
}

// Keys is what a list of plugins shows; nobody asks for one.
func (engines) Keys(consts.PluginType) []string { return nil }

func (e engines) DeprecationStatus(name string, kind consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Supported, e.Contains(name, kind)
}
