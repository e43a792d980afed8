package harness

import (
	"os"
	"path/filepath"
	"strings"
)

// The files that a node's parts read, all of them in the directory of the run, DIR.
var nodeFiles = map[string]string{
	"containerd.toml": `version = 2
root = "DIR/containerd/root"
state = "DIR/containerd/state"
disabled_plugins = ["io.containerd.internal.v1.opt"] # it would make a directory in /opt
[grpc]
  address = "DIR/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:test"
  restrict_oom_score_adj = true # not every machine allows a lower one
  disable_apparmor = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "DIR/cni"
`,
	"cni/10-test.conflist": `{"cniVersion": "1.0.0", "name": "test", "plugins": [
  {"type": "ptp", "ipMasq": false, "ipam": {"type": "host-local", "dataDir": "DIR/cni/addresses",
    "ranges": [[{"subnet": "` + podsOfNode + `"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
`,
	"kubelet.yaml": `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://DIR/containerd.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: DIR/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: DIR/node.crt
tlsPrivateKeyFile: DIR/node.key
cgroupDriver: cgroupfs
cgroupRoot: CGROUP
failCgroupV1: false
failSwapOn: false
enforceNodeAllocatable: []
localStorageCapacityIsolation: false
evictionHard: {memory.available: "0%", nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%"}
imageGCHighThresholdPercent: 100
maxOpenFiles: 20000
oomScoreAdj: 0
makeIPTablesUtilChains: false
address: ` + NodeAddress + `
healthzBindAddress: 127.0.0.1
resolvConf: DIR/resolv.conf
clusterDomain: cluster.local
clusterDNS: [10.97.0.10] # nobody: no test asks for names of the cluster
podLogsDir: DIR/podlogs
volumePluginDir: DIR/volumeplugins
nodeStatusUpdateFrequency: 5s
syncFrequency: 5s
`,
	"resolv.conf": "nameserver 10.97.0.10\n",
	"kube-proxy.yaml": `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
hostnameOverride: ` + nodeName + `
clientConnection: {kubeconfig: DIR/kube-proxy.conf}
clusterCIDR: ` + podNetwork + `
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
`,
}

func (n *Node) writeNodeFiles() error {
	fill := strings.NewReplacer("DIR", n.dir, "CGROUP", cgroupOf(n.dir))
	for name, content := range nodeFiles {
		if err := os.MkdirAll(filepath.Dir(n.path(name)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(n.path(name), []byte(fill.Replace(content)), 0o600); err != nil {
			return err
		}
	}
	return nil
}
