// Package k8s finds no pods.
package k8s

// Provider is one that finds nothing.
type Provider struct{}

// Help says so.
func (*Provider) Help() string { return "finds nothing" }
