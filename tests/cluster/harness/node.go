package harness

import (
	"crypto/x509/pkix"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	// NodeAddress is where the node's ports are.
	NodeAddress = apiAddress

	nodeName     = "node1"
	nodeLimit    = time.Minute // for one part of it to be ready
	podNetwork   = "10.98.0.0/16"
	podsOfNode   = "10.98.0.0/24"
	servicesPart = "10.97.0.0/16"
)

// Node is a whole cluster: a control plane with its controllers, and one node where pods run.
type Node struct {
	*Cluster
	Outside *Outside

	containerd *Process
	parts      []*Process // those that have to live as long as the node does
}

// StartNode starts one from the binaries of tests/cluster/build and the images of tests/node/images, and returns when
// pods can run. Only inside IsolatedNode, whose end is the end of all of it.
func StartNode(dir string) (*Node, error) {
	n := &Node{Cluster: &Cluster{dir: dir, forNode: true, Authority: NewAuthority()}}
	steps := []func() error{
		n.prepareMachine, n.writeNodeFiles, n.writeNodeKeys, n.start,
		n.startControllers, n.startContainerd, n.importImages, n.startKubelet, n.startProxy, n.connectOutside, n.awaitNode,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%w%s", err, n.tails())
		}
	}
	return n, nil
}

// Routes and settings of this network namespace, and mounts that keep what the parts of a node have at fixed places of
// the file system within this run.
func (n *Node) prepareMachine() error {
	for _, argv := range [][]string{
		{"sysctl", "-q", "-w", "net.ipv4.ip_forward=1"},
		{"ip", "route", "replace", servicesPart, "dev", "lo", "src", NodeAddress}, // some route, before NAT sees a packet
		{"mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"},
	} {
		if err := command(argv[0], argv[1:]...); err != nil {
			return err
		}
	}
	for _, place := range []string{"/var/lib", "/var/log"} {
		if err := n.coverWithOverlay(place); err != nil {
			return err
		}
	}
	// The kubelet would set these for the whole machine; where it reads what it wants, it does not.
	for name, wanted := range map[string]string{
		"vm/overcommit_memory": "1", "vm/panic_on_oom": "0", "kernel/panic": "10", "kernel/panic_on_oops": "1",
		"kernel/keys/root_maxkeys": "1000000", "kernel/keys/root_maxbytes": "25000000",
	} {
		file := n.path("sysctl-" + strings.ReplaceAll(name, "/", "-"))
		if err := os.WriteFile(file, []byte(wanted+"\n"), 0o600); err != nil {
			return err
		}
		if err := command("mount", "--bind", file, "/proc/sys/"+name); err != nil {
			return err
		}
	}
	return nil
}

// coverWithOverlay makes what is written to a directory of the machine end in the directory of this run.
func (n *Node) coverWithOverlay(place string) error {
	upper, work := n.path("overlay"+place+"/upper"), n.path("overlay"+place+"/work")
	for _, dir := range []string{upper, work} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return command("mount", "-t", "overlay", "-o", "lowerdir="+place+",upperdir="+upper+",workdir="+work, "overlay", place)
}

func (n *Node) writeNodeKeys() error {
	client := func(user string, groups ...string) []byte {
		return n.Kubeconfig(apiURL, ByCertificate(n.Authority.Issue(pkix.Name{Organization: groups, CommonName: user})))
	}
	kubelet := n.Authority.Issue(pkix.Name{Organization: []string{"system:masters"}, CommonName: "kube-apiserver-kubelet-client"})
	node := n.Authority.Issue(pkix.Name{CommonName: nodeName}, nodeName, NodeAddress)
	for name, content := range map[string][]byte{
		"kubelet-client.crt":           kubelet.Certificate,
		"kubelet-client.key":           kubelet.Key,
		"node.crt":                     node.Certificate,
		"node.key":                     node.Key,
		"kube-controller-manager.conf": client("system:kube-controller-manager"),
		"kube-scheduler.conf":          client("system:kube-scheduler"),
		"kube-proxy.conf":              client("system:kube-proxy"),
		"node.conf":                    client("system:node:"+nodeName, "system:nodes"),
	} {
		if err := os.WriteFile(n.path(name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) startControllers() error {
	controllers := []string{
		"--root-ca-file=" + n.path("ca.crt"), "--service-account-private-key-file=" + n.path("sa.key"),
		"--use-service-account-credentials=true", "--cluster-cidr=" + podNetwork, "--allocate-node-cidrs=true",
		"--service-cluster-ip-range=" + servicesPart, "--flex-volume-plugin-dir=" + n.path("volumeplugins"),
	}
	if err := n.startController("kube-controller-manager", controllers...); err != nil {
		return err
	}
	return n.startController("kube-scheduler")
}

func (n *Node) startController(name string, flags ...string) error {
	kubeconfig := n.path(name + ".conf")
	return n.startPart(name, append([]string{filepath.Join(n.bin, name),
		"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
		"--leader-elect=false", "--bind-address=127.0.0.1", "--kube-api-qps=500", "--kube-api-burst=500"}, flags...)...)
}

func (n *Node) startPart(name string, argv ...string) error {
	part, err := startProcess(n.dir, name, nil, argv...)
	if err != nil {
		return err
	}
	n.parts = append(n.parts, part)
	return nil
}

func (n *Node) startContainerd() error {
	if err := n.startPart("containerd", "containerd", "--config", n.path("containerd.toml")); err != nil {
		return err
	}
	return poll(nodeLimit, func() error {
		if err := n.alive(); err != nil {
			return err
		}
		return n.ctr("version")
	})
}

// ctr is containerd's own client.
func (n *Node) ctr(arguments ...string) error {
	return command("ctr", append([]string{"-a", n.path("containerd.sock"), "-n", "k8s.io"}, arguments...)...)
}

func (n *Node) importImages() error {
	for _, name := range []string{"breakwater:test", "breakwater:next", "backend:test", "pause:test"} {
		archive, err := imageArchive(name)
		if err != nil {
			return err
		}
		if err := n.ctr("images", "import", archive); err != nil {
			return fmt.Errorf("%w: tests/node/images makes it", err)
		}
	}
	return nil
}

// imageArchive is where tests/node/images has put an image.
func imageArchive(name string) (string, error) {
	cache, err := testCache()
	return filepath.Join(cache, "image", strings.ReplaceAll(name, ":", "_")+".tar"), err
}

func (n *Node) startKubelet() error {
	return n.startPart("kubelet", filepath.Join(n.bin, "kubelet"), "--config="+n.path("kubelet.yaml"),
		"--kubeconfig="+n.path("node.conf"), "--root-dir="+n.path("kubelet"), "--cert-dir="+n.path("kubelet/pki"),
		"--hostname-override="+nodeName, "--node-ip="+NodeAddress)
}

func (n *Node) startProxy() error {
	return n.startPart("kube-proxy", filepath.Join(n.bin, "kube-proxy"), "--config="+n.path("kube-proxy.yaml"))
}

func (n *Node) connectOutside() (err error) {
	n.Outside, err = newOutside()
	return err
}

// Ready, and with the account that every pod has unless it names another.
func (n *Node) awaitNode() error {
	if err := poll(nodeLimit, func() error {
		if err := n.alive(); err != nil {
			return err
		}
		ready, err := n.tryKubectl("", "get", "node", nodeName,
			"-o", `jsonpath={.status.conditions[?(@.type=="Ready")].status}`)
		if err == nil && ready != "True" {
			err = fmt.Errorf("the node is not Ready: %q", ready)
		}
		return err
	}); err != nil {
		return err
	}
	return poll(nodeLimit, func() error {
		_, err := n.tryKubectl("", "-n", "default", "get", "serviceaccount", "default")
		return err
	})
}

func (n *Node) alive() error {
	for _, part := range n.parts {
		if !part.Alive() {
			return fmt.Errorf("%s %w", part.name, errEnded)
		}
	}
	return nil
}

// What the parts printed last.
func (n *Node) tails() string {
	var text strings.Builder
	for _, part := range n.parts {
		fmt.Fprintf(&text, "\n--- %s\n%s", part.name, part.Tail(8))
	}
	return text.String()
}

// TryKubectl runs it as the administrator and returns what it prints.
func (n *Node) TryKubectl(arguments ...string) (string, error) { return n.tryKubectl("", arguments...) }

// TryHelm runs it as the administrator and returns what it prints.
func (n *Node) TryHelm(arguments ...string) (string, error) { return n.tryHelm(arguments...) }

// TagImage gives an image that was imported another name.
func (n *Node) TagImage(image, name string) error {
	return n.ctr("images", "tag", "--force", "localhost/"+image, name)
}

// Shell runs a script in a directory, which is its home, too, as the administrator would who has kubectl and helm.
func (n *Node) Shell(dir, script string) (string, error) {
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "KUBECONFIG="+n.path("admin.conf"), "HOME="+dir,
		"PATH="+n.bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	output, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s\n%w: %s", script, err, output)
	}
	return string(output), nil
}
