// The command line of the test cluster: which subcommand runs with which options.
// Never starts a server or creates an object itself; internal/server and internal/seed do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"k8s_fdw/test/cluster/internal/seed"
	"k8s_fdw/test/cluster/internal/server"
)

const usage = `usage:
  cluster serve --dir DIR [--port 0] [--until-stdin-closes] [--api-server-flag --NAME=VALUE]...
  cluster seed --kubeconfig FILE [--set talk|many|widgets|zoo] [--count N] [--namespace NS]
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintf(server.Stderr, "cluster: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("no subcommand given\n%s", usage)
	}
	switch args[0] {
	case "serve":
		return runServe(ctx, args[1:])
	case "seed":
		return runSeed(ctx, args[1:])
	case "help", "-h", "--help":
		fmt.Print(usage)
		return nil
	default:
		return fmt.Errorf("unknown subcommand %q\n%s", args[0], usage)
	}
}

func runServe(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	dir := fs.String("dir", "", "folder that holds all of the cluster's state (created when missing)")
	port := fs.Int("port", 0, "loopback port of the API server; 0 takes a free one")
	untilStdinCloses := fs.Bool("until-stdin-closes", false, "also stop when standard input closes")
	var apiServerFlags []string
	fs.Func("api-server-flag", "a flag of kube-apiserver after the test cluster's own; may be repeated", func(text string) error {
		apiServerFlags = append(apiServerFlags, text)
		return nil
	})
	if err := parse(fs, args); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("serve needs --dir DIR, the folder for the cluster's state")
	}
	if *untilStdinCloses {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		go func() {
			io.Copy(io.Discard, os.Stdin)
			cancel()
		}()
	}
	return server.Serve(ctx, *dir, *port, apiServerFlags)
}

func runSeed(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("seed", flag.ContinueOnError)
	var o seed.Options
	fs.StringVar(&o.Kubeconfig, "kubeconfig", "", "kubeconfig of a user that may create everything")
	fs.StringVar(&o.Set, "set", "talk", "which objects: talk, many, widgets or zoo")
	fs.IntVar(&o.Count, "count", 1000, "number of pods of the set many")
	fs.StringVar(&o.Namespace, "namespace", "bench", "namespace of the set many")
	if err := parse(fs, args); err != nil {
		return err
	}
	if o.Kubeconfig == "" {
		return errors.New("seed needs --kubeconfig FILE, such as the DIR/kubeconfig that serve wrote")
	}
	return seed.Run(ctx, o, os.Stdout)
}

func parse(fs *flag.FlagSet, args []string) error {
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%s takes no argument %q\n%s", fs.Name(), fs.Arg(0), usage)
	}
	return nil
}
