{{/*
A Service in front of the controller.
@param its name, the values (`controller.service` or its `internal`), further labels, the context
*/}}
{{- define "breakwater.service" -}}
{{- $service := index . 1 -}}
{{- $context := index . 3 -}}
{{- $controller := $context.Values.controller }}
apiVersion: v1
kind: Service
metadata:
  name: {{ index . 0 }}
  namespace: {{ include "breakwater.namespace" $context }}
  labels:
    {{- $labels := merge dict (index . 2 | default dict) ($controller.service.labels | default dict) }}
    {{- include "breakwater.componentLabels" (list "controller" $labels $context) | nindent 4 }}
  {{- with $service.annotations }}
  annotations:
    {{- include "breakwater.annotations" . | trim | nindent 4 }}
  {{- end }}
spec:
  {{- $type := dict "type" ($service.type | default $controller.service.type) }}
  {{- $nodePorts := include "breakwater.hasNodePorts" $type | empty | ternary dict ($service.nodePorts | default dict) }}
  {{- include "breakwater.serviceSpec" (merge $type $service) | nindent 2 }}
  ports:
    {{- if $controller.service.enableHttp }}
    {{- include "breakwater.servicePort" (list "http" $service $nodePorts $controller) | nindent 4 }}
    {{- end }}
    {{- if $controller.service.enableHttps }}
    {{- include "breakwater.servicePort" (list "https" $service $nodePorts $controller) | nindent 4 }}
    {{- end }}
    {{- range $protocol := list "tcp" "udp" }}
    {{- range $port, $_ := include "breakwater.l4Ports" (list $protocol $context) | fromYaml }}
    - name: {{ include "breakwater.l4Name" (list $protocol $port $context) }}
      port: {{ $port }}
      protocol: {{ upper $protocol }}
      targetPort: {{ include "breakwater.l4Name" (list $protocol $port $context) }}
      {{- with get (get $nodePorts $protocol | default dict) (toString $port) }}
      nodePort: {{ int . }}
      {{- end }}
    {{- end }}
    {{- end }}
  selector:
    {{- include "breakwater.componentSelector" (list "controller" $context) | nindent 4 }}
{{- end -}}

{{/* @param http or https, the values of the Service, its node ports, the values of the controller */}}
{{- define "breakwater.servicePort" -}}
{{- $name := index . 0 -}}
{{- $service := index . 1 -}}
{{- $main := (index . 3).service -}}
- name: {{ $name }}
  port: {{ get ($service.ports | default dict) $name | default (get $main.ports $name) | int }}
  protocol: TCP
  targetPort: {{ get ($service.targetPorts | default dict) $name | default (get $main.targetPorts $name) }}
  {{- if $service.appProtocol }}
  appProtocol: {{ $name }}
  {{- end }}
  {{- with get (index . 2) $name }}
  nodePort: {{ int . }}
  {{- end }}
{{- end -}}

{{/* Whether a Service, by its values, may have node ports: the API server refuses them with another type. */}}
{{- define "breakwater.hasNodePorts" -}}
{{- if has .type (list "NodePort" "LoadBalancer") }}true{{ end -}}
{{- end -}}

{{/* What all Services of the chart share, from their values; an empty value writes nothing. */}}
{{- define "breakwater.serviceSpec" -}}
type: {{ .type | default "ClusterIP" }}
{{- range $key := list "clusterIP" "loadBalancerIP" "loadBalancerClass" "externalTrafficPolicy" "sessionAffinity"
  "trafficDistribution" "ipFamilyPolicy" }}
{{- with get $ $key }}
{{ $key }}: {{ . | quote }}
{{- end }}
{{- end }}
{{- range $key := list "clusterIPs" "externalIPs" "loadBalancerSourceRanges" "ipFamilies" }}
{{- with get $ $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- if kindIs "bool" .allocateLoadBalancerNodePorts }}
allocateLoadBalancerNodePorts: {{ .allocateLoadBalancerNodePorts }}
{{- end }}
{{- with .healthCheckNodePort }}
healthCheckNodePort: {{ int . }}
{{- end }}
{{- end -}}
