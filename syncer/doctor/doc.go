// Package doctor examines what a run depends on and says what to do about whatever is wrong: one implementation for the wizard's Test step
// and for `cwsync doctor`.
//
// A Step is one check; Run does steps in their order and leaves out those whose ground is missing. Connection is the steps of the way to
// ConnectWise: reachable, clock, discovery, client id, credentials, and each right that the set-up needs. Further groups of steps (store,
// secrets, sources, mappings, schedule) join by being steps.
//
// It never writes to ConnectWise, never repairs anything by itself, and knows neither HTTP nor a store: what it needs of them are the small
// interfaces of Probe.
package doctor
