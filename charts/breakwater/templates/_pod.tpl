{{/* The pod of the controller, which a Deployment and a DaemonSet share. */}}

{{- define "breakwater.podTemplate" -}}
{{- $controller := .Values.controller -}}
metadata:
  {{- with $controller.podAnnotations }}
  annotations:
    {{- include "breakwater.annotations" . | trim | nindent 4 }}
  {{- end }}
  labels:
    {{- include "breakwater.componentLabels" (list "controller" $controller.labels .) | nindent 4 }}
    {{- with $controller.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "breakwater.serviceAccount" . }}
  automountServiceAccountToken: {{ .Values.serviceAccount.automountServiceAccountToken }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $controller.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with $controller.runtimeClassName }}
  runtimeClassName: {{ . | quote }}
  {{- end }}
  {{- if or $controller.podSecurityContext $controller.sysctls }}
  securityContext:
    {{- with $controller.podSecurityContext }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with $controller.sysctls }}
    sysctls:
      {{- range $name, $value := . }}
      - name: {{ $name | quote }}
        value: {{ $value | quote }}
      {{- end }}
    {{- end }}
  {{- end }}
  {{- if $controller.hostNetwork }}
  hostNetwork: true
  {{- end }}
  {{- if $controller.shareProcessNamespace }}
  shareProcessNamespace: true
  {{- end }}
  dnsPolicy: {{ $controller.dnsPolicy }}
  {{- with $controller.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $controller.hostAliases }}
  hostAliases:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $controller.hostname }}
  {{- if kindIs "string" . }}
  hostname: {{ . | quote }}
  {{- end }}
  {{- end }}
  terminationGracePeriodSeconds: {{ $controller.terminationGracePeriodSeconds | default 300 | int }}
  {{- with $controller.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $controller.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $controller.affinity }}
  affinity:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  {{- with $controller.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  {{- with $controller.extraInitContainers }}
  initContainers:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  containers:
    - {{ include "breakwater.container" . | nindent 6 | trim }}
    {{- with $controller.extraContainers }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
  volumes:
    {{- if not (include "breakwater.has" (list "name" "tmp" $controller.extraVolumes)) }}
    # For temporary files: the root file system is read-only.
    - name: tmp
      emptyDir: {}
    {{- end }}
    {{- if eq (include "breakwater.webhookKeys" .) "cert-manager" }}
    - name: webhook-cert
      secret:
        secretName: {{ include "breakwater.admission" . }}
    {{- end }}
    {{- with $controller.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/*
Whether something in a list has a key with a value: the API server refuses two volumes of one name, and two mounts at one path.
@param the key, the value, the list or null
*/}}
{{- define "breakwater.has" -}}
{{- $key := index . 0 -}}
{{- $value := index . 1 -}}
{{- range index . 2 }}{{ if eq (get . $key) $value }}true{{ end }}{{ end -}}
{{- end -}}

{{- define "breakwater.container" -}}
{{- $controller := .Values.controller -}}
name: {{ $controller.containerName }}
image: {{ include "breakwater.controllerImage" . }}
imagePullPolicy: {{ $controller.image.pullPolicy }}
args:
  {{- include "breakwater.flags" . | trim | nindent 2 }}
env:
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
  - name: POD_NAMESPACE
    valueFrom:
      fieldRef:
        fieldPath: metadata.namespace
  {{- with $controller.extraEnvs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  {{- include "breakwater.containerPorts" . | trim | nindent 2 }}
{{- range $kind := list "startupProbe" "livenessProbe" "readinessProbe" }}
{{- if get $controller $kind }}
{{ $kind }}:
  {{- include "breakwater.probe" (list $kind $) | nindent 2 }}
{{- end }}
{{- end }}
{{- with include "breakwater.lifecycle" . }}
lifecycle:
  {{- . | nindent 2 }}
{{- end }}
{{- with $controller.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- if $controller.containerSecurityContext }}
  {{- toYaml $controller.containerSecurityContext | nindent 2 }}
  {{- else }}
  {{- include "breakwater.securityContext" (list $controller.image "NET_BIND_SERVICE") | nindent 2 }}
  {{- end }}
volumeMounts:
  {{- if not (include "breakwater.has" (list "mountPath" "/tmp" $controller.extraVolumeMounts)) }}
  - name: tmp
    mountPath: /tmp
  {{- end }}
  {{- if eq (include "breakwater.webhookKeys" .) "cert-manager" }}
  - name: webhook-cert
    mountPath: /usr/local/certificates
    readOnly: true
  {{- end }}
  {{- with $controller.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/*
A probe, which without a port and a path asks the health port. ingress-nginx has one page for both of its probes; ours for
readiness is another one, which fails until everything was read and from the moment that the process is told to end.
@param its kind, the context
*/}}
{{- define "breakwater.probe" -}}
{{- $controller := (index . 1).Values.controller -}}
{{- $probe := deepCopy (get $controller (index . 0)) -}}
{{- if hasKey $probe "httpGet" -}}
{{- $ours := dict "port" (int $controller.metrics.port) "path" $controller.healthCheckPath -}}
{{- with $controller.healthCheckHost }}{{ $_ := set $ours "host" . }}{{ end -}}
{{- $request := merge $probe.httpGet $ours -}}
{{- if and (eq (index . 0) "readinessProbe") (has $request.path (list "/healthz" $controller.healthCheckPath)) -}}
{{- $_ := set $request "path" "/readyz" -}}
{{- end -}}
{{- end -}}
{{- toYaml $probe -}}
{{- end -}}

{{/* Without what runs a program: the image promises none but Breakwater. */}}
{{- define "breakwater.lifecycle" -}}
{{- $hooks := dict -}}
{{- range $when, $hook := .Values.controller.lifecycle -}}
{{- if and $hook (not (hasKey $hook "exec")) -}}
{{- $_ := set $hooks $when $hook -}}
{{- end -}}
{{- end -}}
{{- with $hooks }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{- define "breakwater.containerPorts" -}}
{{- $controller := .Values.controller -}}
{{- range $name, $port := $controller.containerPort }}
- name: {{ $name }}
  containerPort: {{ int $port }}
  protocol: TCP
  {{- if $controller.hostPort.enabled }}
  {{- with index $controller.hostPort.ports $name }}
  hostPort: {{ int . }}
  {{- end }}
  {{- end }}
{{- end }}
- name: {{ $controller.metrics.portName }}
  containerPort: {{ int $controller.metrics.port }}
  protocol: TCP
{{- if $controller.admissionWebhooks.enabled }}
- name: webhook
  containerPort: {{ int $controller.admissionWebhooks.port }}
  protocol: TCP
{{- end }}
{{- range $protocol := list "tcp" "udp" }}
{{- range $port, $_ := include "breakwater.l4Ports" (list $protocol $) | fromYaml }}
- name: {{ include "breakwater.l4Name" (list $protocol $port $) }}
  containerPort: {{ $port }}
  protocol: {{ upper $protocol }}
  {{- if $controller.hostPort.enabled }}
  hostPort: {{ $port }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
The entries of `tcp` or `udp` as a ConfigMap has them; without those that a further values file takes away with null.
@param tcp or udp, the context
*/}}
{{- define "breakwater.l4Ports" -}}
{{- range $port, $target := get (index . 1).Values (index . 0) | default dict }}
{{- if not (kindIs "invalid" $target) }}
{{ $port | quote }}: {{ tpl (toString $target) (index $ 1) | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The name of a port of `tcp` or `udp`. */}}
{{- define "breakwater.l4Name" -}}
{{- with (index . 2).Values.portNamePrefix }}{{ . }}-{{ end -}}
{{- printf "%v-%s" (index . 1) (index . 0) -}}
{{- end -}}
