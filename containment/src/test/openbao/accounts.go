package main

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/go-uuid"
	"github.com/openbao/openbao/sdk/v2/framework"
	"github.com/openbao/openbao/sdk/v2/logical"
)

const (
	stuck   = "stuck"
	account = "account/"
)

// accounts is a secrets engine like the one of databases: it makes an account for whoever asks, on a
// lease, and deletes it when that is revoked; or fails to, while it is told that it is stuck.
func accounts(ctx context.Context, config *logical.BackendConfig) (logical.Backend, error) {
	id := &framework.FieldSchema{Type: framework.TypeString}
	backend := &framework.Backend{
		BackendType: logical.TypeLogical,
		Paths: []*framework.Path{
			{
				Pattern: "creds/" + framework.GenericNameRegex("role"),
				Fields:  map[string]*framework.FieldSchema{"role": id},
			},
			{
				Pattern: account + framework.GenericNameRegex("id"),
				Fields:  map[string]*framework.FieldSchema{"id": id},
				Operations: map[logical.Operation]framework.OperationHandler{
					logical.ReadOperation:   &framework.PathOperation{Callback: read},
					logical.UpdateOperation: &framework.PathOperation{Callback: write},
				},
			},
			{
				Pattern: stuck,
				Operations: map[logical.Operation]framework.OperationHandler{
					logical.UpdateOperation: &framework.PathOperation{Callback: stick},
					logical.DeleteOperation: &framework.PathOperation{Callback: unstick},
				},
			},
		},
	}
	secret := &framework.Secret{Type: "account", DefaultDuration: time.Hour, Revoke: revoke}
	backend.Secrets = []*framework.Secret{secret}
	backend.Paths[0].Operations = map[logical.Operation]framework.OperationHandler{
		logical.ReadOperation: &framework.PathOperation{
			Callback: func(ctx context.Context, r *logical.Request, _ *framework.FieldData) (*logical.Response, error) {
				made, err := uuid.GenerateUUID()
				if err != nil {
					return nil, err
				}
				data := map[string]interface{}{"account": made}
				return secret.Response(data, data), put(ctx, r, account+made)
			},
		},
	}
	return backend, backend.Setup(ctx, config)
}

func put(ctx context.Context, r *logical.Request, key string) error {
	return r.Storage.Put(ctx, &logical.StorageEntry{Key: key, Value: []byte("{}")})
}

func revoke(ctx context.Context, r *logical.Request, _ *framework.FieldData) (*logical.Response, error) {
	entry, err := r.Storage.Get(ctx, stuck)
	if err != nil {
		return nil, err
	}
	if entry != nil {
		return nil, errors.New("the accounts cannot be reached")
	}
	return nil, r.Storage.Delete(ctx, account+r.Secret.InternalData["account"].(string))
}

// read answers 404 for an account that is deleted.
func read(ctx context.Context, r *logical.Request, data *framework.FieldData) (*logical.Response, error) {
	entry, err := r.Storage.Get(ctx, account+data.Get("id").(string))
	if err != nil || entry == nil {
		return nil, err
	}
	return &logical.Response{Data: map[string]interface{}{"works": true}}, nil
}

func write(ctx context.Context, r *logical.Request, data *framework.FieldData) (*logical.Response, error) {
	return nil, put(ctx, r, account+data.Get("id").(string))
}

func stick(ctx context.Context, r *logical.Request, _ *framework.FieldData) (*logical.Response, error) {
	return nil, put(ctx, r, stuck)
}

func unstick(ctx context.Context, r *logical.Request, _ *framework.FieldData) (*logical.Response, error) {
	return nil, r.Storage.Delete(ctx, stuck)
}
