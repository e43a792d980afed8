{{/*
What Breakwater may do: docs/rights.md says why, for each. Only what the flags of this release use. One resource a rule,
as in manifests/cluster/rights.yaml, with which the tests compare it.
*/}}

{{/* Where Ingresses are watched. */}}
{{- define "breakwater.rulesWatched" -}}
{{- $publishes := and (include "breakwater.writesStatus" .) (include "breakwater.publishService" .) -}}
- apiGroups: [""]
  resources: [services]
  verbs: [{{ if $publishes }}get, {{ end }}list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch]
{{- if include "breakwater.writesStatus" . }}
- apiGroups: [networking.k8s.io]
  resources: [ingresses/status]
  verbs: [patch]
{{- end }}
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/* What belongs to no namespace. */}}
{{- define "breakwater.rulesCluster" -}}
{{- $addressed := or (include "breakwater.publishService" .) (include "breakwater.extraArg" (list "publish-status-address" .)) -}}
- apiGroups: [networking.k8s.io]
  resources: [ingressclasses]
  verbs: [list, watch]
{{- if and (include "breakwater.writesStatus" .) (not $addressed) }}
- apiGroups: [""]
  resources: [nodes]
  verbs: [get]
{{- end }}
{{- if eq (include "breakwater.webhookKeys" .) "own" }}
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations]
  resourceNames: [{{ include "breakwater.admission" . }}]
  verbs: [get, patch]
{{- end }}
{{- end -}}

{{/* What lies beside Breakwater itself. */}}
{{- define "breakwater.rulesOwn" -}}
{{- if not .Values.controller.disableLeaderElection }}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "breakwater.election" . }}]
  verbs: [get, update]
{{- end }}
{{- if include "breakwater.writesStatus" . }}
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list]
{{- end }}
{{- if eq (include "breakwater.webhookKeys" .) "own" }}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ include "breakwater.admission" . }}]
  verbs: [{{ if include "breakwater.watched" . }}get, {{ end }}update]
{{- end }}
{{- end -}}

{{/* Flags in `controller.extraArgs` that name an object as NAMESPACE/NAME, and its kind. */}}
{{- define "breakwater.namingFlags" -}}
configmap: configmaps
tcp-services-configmap: configmaps
udp-services-configmap: configmaps
default-ssl-certificate: secrets
session-ticket-secret: secrets
{{- end -}}

{{/*
With `controller.scope`: what flags name in other namespaces than the watched one, as rules for one namespace, and the
Events that say what is wrong with it.
@param the namespace, the context
*/}}
{{- define "breakwater.rulesNamed" -}}
{{- $namespace := index . 0 -}}
{{- $context := index . 1 -}}
{{- $controller := $context.Values.controller -}}
{{- $home := include "breakwater.namespace" $context -}}
{{- $settings := printf "%s/%s" (default $home $controller.configMapNamespace) (include "breakwater.controller" $context) -}}
{{- $named := list (list "configmaps" $settings) -}}
{{- range $protocol := list "tcp" "udp" -}}
{{- if include "breakwater.l4Ports" (list $protocol $context) -}}
{{- $there := default $home (get $controller $protocol).configMapNamespace -}}
{{- $name := printf "%s/%s-%s" $there (include "breakwater.fullname" $context) $protocol -}}
{{- $named = append $named (list "configmaps" $name) -}}
{{- end -}}
{{- end -}}
{{- range $flag, $kind := include "breakwater.namingFlags" $context | fromYaml -}}
{{- with include "breakwater.extraArg" (list $flag $context) -}}
{{- $named = append $named (list $kind (replace "$(POD_NAMESPACE)" $home .)) -}}
{{- end -}}
{{- end -}}
{{- $told := false -}}
{{- range $one := $named -}}
{{- $parts := splitList "/" (index $one 1) -}}
{{- if eq (first $parts) $namespace }}
{{- if not $told }}
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- $told = true }}
{{- end }}
- apiGroups: [""]
  resources: [{{ index $one 0 }}]
  resourceNames: [{{ last $parts }}]
  verbs: [list, watch]
{{- end }}
{{- end -}}
{{- with include "breakwater.publishService" $context -}}
{{- $parts := splitList "/" (replace "$(POD_NAMESPACE)" $home .) -}}
{{- if and (eq (first $parts) $namespace) (include "breakwater.writesStatus" $context) }}
- apiGroups: [""]
  resources: [services]
  resourceNames: [{{ last $parts }}]
  verbs: [get]
{{- end }}
{{- end -}}
{{- end -}}

{{/*
A Role and its binding.
@param its name, its namespace, its rules, the context
*/}}
{{- define "breakwater.role" }}
{{- $context := index . 3 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ index . 0 }}
  namespace: {{ index . 1 }}
  labels:
    {{- include "breakwater.componentLabels" (list "controller" $context.Values.controller.labels $context) | nindent 4 }}
rules:
  {{- index . 2 | trim | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ index . 0 }}
  namespace: {{ index . 1 }}
  labels:
    {{- include "breakwater.componentLabels" (list "controller" $context.Values.controller.labels $context) | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ index . 0 }}
subjects:
  - kind: ServiceAccount
    name: {{ include "breakwater.serviceAccount" $context }}
    namespace: {{ include "breakwater.namespace" $context }}
{{- end -}}

{{/*
A ClusterRole and its binding.
@param its name, its rules, the context
*/}}
{{- define "breakwater.clusterRole" }}
{{- $context := index . 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ index . 0 }}
  labels:
    {{- include "breakwater.componentLabels" (list "controller" $context.Values.controller.labels $context) | nindent 4 }}
rules:
  {{- index . 1 | trim | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ index . 0 }}
  labels:
    {{- include "breakwater.componentLabels" (list "controller" $context.Values.controller.labels $context) | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ index . 0 }}
subjects:
  - kind: ServiceAccount
    name: {{ include "breakwater.serviceAccount" $context }}
    namespace: {{ include "breakwater.namespace" $context }}
{{- end -}}
