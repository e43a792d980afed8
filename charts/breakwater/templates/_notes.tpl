{{/* A line for each value of ingress-nginx that is set and means nothing here: without-meaning.yaml. */}}
{{- define "breakwater.withoutMeaning" -}}
{{- range $entry := .Files.Get "without-meaning.yaml" | fromYamlArray -}}
{{- $value := $.Values -}}
{{- range $part := splitList "." $entry.key -}}
{{- $map := kindIs "map" $value | ternary $value dict -}}
{{- $value = hasKey $map $part | ternary (get $map $part) nil -}}
{{- end -}}
{{- $meant := $value -}}
{{- if and (hasKey $entry "default") (not (kindIs "invalid" $value)) -}}
{{- $meant = ne (toJson $value) (toJson $entry.default) -}}
{{- end -}}
{{- if $meant }}
{{ $entry.key }}: {{ $entry.why }}
{{- end -}}
{{- end -}}
{{- range $when, $hook := .Values.controller.lifecycle -}}
{{- if hasKey ($hook | default dict) "exec" }}
controller.lifecycle.{{ $when }}: it runs a program, of which the image has none; controller.shutdownGracePeriodSeconds is how long a pod serves on
{{- end -}}
{{- end -}}
{{- with .Values.controller.readinessProbe | default dict | dig "httpGet" "path" "" -}}
{{- if has . (list "/healthz" $.Values.controller.healthCheckPath) }}
controller.readinessProbe.httpGet.path: {{ . }} does not say whether it is ready; /readyz is asked
{{- end -}}
{{- end -}}
{{- range $name, $port := .Values.controller.containerPort -}}
{{- if not (has $name (list "http" "https")) }}
controller.containerPort.{{ $name }}: nobody listens at port {{ int $port }}: there is no server of one's own as in an http-snippet, and what a Service sends there is refused
{{- end -}}
{{- end -}}
{{- if and (eq (include "breakwater.webhookKeys" .) "own") (or .Values.controller.admissionWebhooks.certificate .Values.controller.admissionWebhooks.key) }}
controller.admissionWebhooks.certificate: the files that ingress-nginx's job makes; Breakwater makes a certificate itself
{{- end -}}
{{- if and (include "breakwater.watched" .) .Values.controller.scope.namespaceSelector }}
controller.scope.namespaceSelector: with controller.scope.enabled one namespace is watched
{{- end -}}
{{- range list "affinity" "topologySpreadConstraints" -}}
{{- if and (ne (include "breakwater.name" $) "ingress-nginx") (regexMatch "ingress-nginx($|[^./])" (tpl (get $.Values.controller . | toYaml) $)) }}
controller.{{ . }}: it asks for pods of the name ingress-nginx, and those here are of the name {{ include "breakwater.name" $ }}; nameOverride changes that
{{- end -}}
{{- end -}}
{{- if and .Values.controller.enableTopologyAwareRouting (not (include "breakwater.extraArg" (list "topology-zone" .))) }}
controller.enableTopologyAwareRouting: it needs controller.extraArgs.topology-zone, for nodes are not read
{{- end -}}
{{- end -}}

{{/* Names of IngressClasses that another release has made, and that are left to it. */}}
{{- define "breakwater.foreignClasses" -}}
{{- if and .Values.controller.ingressClassResource.enabled (not .Values.controller.sideBySideClass) -}}
{{- range prepend (.Values.controller.ingressClassResource.aliases | default list) (include "breakwater.class" .) -}}
{{- if not (include "breakwater.ownsClass" (list . $)) }} {{ . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
