// Package alert is what goes out after a run that nobody watched: messages to people by webhook, chat, mail or service ticket, and pings and metrics for
// machines that watch.
//
// An alert never changes what became of a run, never delays it, and never takes longer than a fixed time. It never follows a redirect, and never puts a
// secret, such as the address of a channel, into a message, an error or a log. What people read comes from other systems in part: it is made harmless.
package alert
