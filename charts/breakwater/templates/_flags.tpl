{{/* What Breakwater is started with. `controller.extraArgs` comes last, and of a flag given twice the last one counts. */}}

{{/*
`controller.extraArgs`, without empty keys, which are null and say nothing, and without the flags by which two controllers
side by side would take the same Ingresses or share one Lease.
*/}}
{{- define "breakwater.extraArgs" -}}
{{- $flags := dict -}}
{{- range $flag, $value := .Values.controller.extraArgs -}}
{{- if not (kindIs "invalid" $value) }}{{ $_ := set $flags $flag $value }}{{ end -}}
{{- end -}}
{{- if .Values.controller.sideBySideClass -}}
{{- $flags = omit $flags "controller-class" "ingress-class" "ingress-class-by-name" "watch-ingress-without-class" "election-id" -}}
{{- end -}}
{{- toJson $flags -}}
{{- end -}}

{{/*
The value of a flag in `controller.extraArgs`; "" where it is not there.
@param its name, the context
*/}}
{{- define "breakwater.extraArg" -}}
{{- get (include "breakwater.extraArgs" (index . 1) | fromJson) (index . 0) -}}
{{- end -}}

{{/* Whether the status of Ingresses is written; "" is no. */}}
{{- define "breakwater.writesStatus" -}}
{{- if ne (include "breakwater.extraArg" (list "update-status" .)) "false" -}}true{{- end -}}
{{- end -}}

{{/* The Service whose addresses the status has, as NAMESPACE/NAME; "" where it comes from elsewhere. */}}
{{- define "breakwater.publishService" -}}
{{- $controller := .Values.controller -}}
{{- $elsewhere := include "breakwater.extraArg" (list "publish-status-address" .) -}}
{{- $other := include "breakwater.extraArg" (list "publish-service" .) -}}
{{- if $other -}}
{{- $other -}}
{{- else if and $controller.publishService.enabled (not $elsewhere) -}}
{{- if $controller.publishService.pathOverride -}}
{{- $controller.publishService.pathOverride -}}
{{- else if and $controller.service.enabled $controller.service.external.enabled -}}
{{- printf "$(POD_NAMESPACE)/%s" (include "breakwater.controller" .) -}}
{{- else if and $controller.service.enabled $controller.service.internal.enabled -}}
{{- printf "$(POD_NAMESPACE)/%s-internal" (include "breakwater.controller" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Where the webhook's certificate is from: "" (there is no webhook), own, cert-manager, files. The files that the ingress-nginx
chart has by default are those that its job makes, so they say nothing.
*/}}
{{- define "breakwater.webhookKeys" -}}
{{- with .Values.controller.admissionWebhooks -}}
{{- if not .enabled -}}
{{- else if .certManager.enabled -}}cert-manager
{{- else if and (or .certificate .key) (ne .certificate "/usr/local/certificates/cert") -}}files
{{- else -}}own
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The namespace that Ingresses are watched in; "" is all. */}}
{{- define "breakwater.watched" -}}
{{- if .Values.controller.scope.enabled -}}
{{- .Values.controller.scope.namespace | default (include "breakwater.namespace" .) -}}
{{- end -}}
{{- end -}}

{{/* A list of `--name=value`. */}}
{{- define "breakwater.flags" -}}
{{- $controller := .Values.controller -}}
{{- $namespace := include "breakwater.namespace" . -}}
{{- $fullname := include "breakwater.fullname" . -}}
{{- with include "breakwater.publishService" . }}
{{- if not (include "breakwater.extraArg" (list "publish-service" $)) }}
- --publish-service={{ . }}
{{- end }}
{{- end }}
{{- if $controller.disableLeaderElection }}
- --disable-leader-election
{{- else }}
- --election-id={{ include "breakwater.election" . }}
{{- with $controller.electionTTL }}
- --election-ttl={{ . }}
{{- end }}
{{- end }}
- --controller-class={{ include "breakwater.classController" . }}
{{- with include "breakwater.classAnnotation" . }}
- --ingress-class={{ . }}
{{- end }}
{{- if not $controller.sideBySideClass }}
{{- if $controller.ingressClassByName }}
- --ingress-class-by-name
{{- end }}
{{- if $controller.watchIngressWithoutClass }}
- --watch-ingress-without-class
{{- end }}
{{- end }}
- --configmap={{ default $namespace $controller.configMapNamespace }}/{{ include "breakwater.controller" . }}
{{- if include "breakwater.l4Ports" (list "tcp" .) }}
- --tcp-services-configmap={{ default $namespace $controller.tcp.configMapNamespace }}/{{ $fullname }}-tcp
{{- end }}
{{- if include "breakwater.l4Ports" (list "udp" .) }}
- --udp-services-configmap={{ default $namespace $controller.udp.configMapNamespace }}/{{ $fullname }}-udp
{{- end }}
{{- with include "breakwater.watched" . }}
- --watch-namespace={{ . }}
{{- else }}
{{- with $controller.scope.namespaceSelector }}
- --watch-namespace-selector={{ . }}
{{- end }}
{{- end }}
{{- if .Values.defaultBackend.enabled }}
- --default-backend-service={{ $namespace }}/{{ include "breakwater.backend" . }}
{{- end }}
{{- if $controller.reportNodeInternalIp }}
- --report-node-internal-ip-address
{{- end }}
{{- if $controller.enableTopologyAwareRouting }}
- --enable-topology-aware-routing
{{- end }}
{{- range $name, $usual := dict "http" 80 "https" 443 }}
{{- with get ($controller.containerPort | default dict) $name }}
{{- if ne (int .) $usual }}
- --{{ $name }}-port={{ int . }}
{{- end }}
{{- end }}
{{- end }}
{{- if ne (int $controller.metrics.port) 10254 }}
- --healthz-port={{ int $controller.metrics.port }}
{{- end }}
{{- with $controller.healthCheckHost }}
- --healthz-host={{ . }}
{{- end }}
{{- if ne $controller.healthCheckPath "/healthz" }}
- --health-check-path={{ $controller.healthCheckPath }}
{{- end }}
- --enable-metrics={{ $controller.metrics.enabled }}
{{- with include "breakwater.webhookKeys" . }}
- --validating-webhook=:{{ int $controller.admissionWebhooks.port }}
{{- if eq . "own" }}
- --validating-webhook-secret={{ $namespace }}/{{ include "breakwater.admission" $ }}
- --validating-webhook-configuration={{ include "breakwater.admission" $ }}
{{- else if eq . "cert-manager" }}
- --validating-webhook-certificate=/usr/local/certificates/tls.crt
- --validating-webhook-key=/usr/local/certificates/tls.key
{{- else }}
- --validating-webhook-certificate={{ $controller.admissionWebhooks.certificate }}
- --validating-webhook-key={{ $controller.admissionWebhooks.key }}
{{- end }}
{{- end }}
- --shutdown-grace-period={{ int $controller.shutdownGracePeriodSeconds }}
{{- range $flag, $value := include "breakwater.extraArgs" . | fromJson }}
{{- if eq (toString $value) "" }}
- --{{ $flag }}
{{- else }}
- {{ printf "--%s=%s" $flag (kindIs "float64" $value | ternary ($value | int64 | toString) (toString $value)) | quote }}
{{- end }}
{{- end }}
{{- end -}}
