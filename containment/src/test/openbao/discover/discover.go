// Package discover finds no servers. OpenBao asks the real one for the other servers of a cluster,
// and with it come the libraries of a dozen clouds: more to compile than OpenBao itself. The server
// of the tests is alone.
package discover

import (
	"errors"
	"log"
)

// Provider is one way to find servers.
type Provider interface {
	Help() string
}

// Providers is empty.
var Providers = map[string]Provider{}

// Discover finds servers.
type Discover struct{}

// Option is something that New is asked for.
type Option func(*Discover) error

// WithProviders does nothing.
func WithProviders(map[string]Provider) Option {
	return func(*Discover) error { return nil }
}

// New makes one that finds nothing.
func New(...Option) (*Discover, error) {
	return &Discover{}, nil
}

// Addrs always fails.
func (*Discover) Addrs(string, *log.Logger) ([]string, error) {
	return nil, errors.New("this server joins no other")
}
