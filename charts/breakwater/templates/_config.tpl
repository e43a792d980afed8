{{/*
The ConfigMap's entries. What is in flight at the end may take as long as the pod has, less the time that it sleeps before
it is told (a hook), serves on, and 5 s to leave: it would be killed in the middle otherwise.
*/}}
{{- define "breakwater.config" -}}
{{- $controller := .Values.controller -}}
{{- $config := deepCopy ($controller.config | default dict) -}}
{{- $left := sub ($controller.terminationGracePeriodSeconds | default 300 | int) (include "breakwater.servesOnSeconds" . | int | add 5) -}}
{{- if and (lt $left 240) (not (hasKey $config "worker-shutdown-timeout")) -}}
{{- $_ := set $config "worker-shutdown-timeout" (printf "%ds" (max $left 1)) -}}
{{- end -}}
{{- range $key, $value := $config }}
{{- if not (kindIs "invalid" $value) }}
{{ $key | quote }}: {{ kindIs "float64" $value | ternary (toJson $value) (tpl (toString $value) $) | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* How long it serves on at the end: while a hook lets it sleep, and after SIGTERM. */}}
{{- define "breakwater.servesOnSeconds" -}}
{{- $hook := get (.Values.controller.lifecycle | default dict) "preStop" | default dict -}}
{{- $sleep := get ($hook.sleep | default dict) "seconds" | default 0 | int -}}
{{- include "breakwater.graceSeconds" . | int | add $sleep -}}
{{- end -}}

{{/* How long it serves on after SIGTERM. */}}
{{- define "breakwater.graceSeconds" -}}
{{- include "breakwater.extraArg" (list "shutdown-grace-period" .) | default .Values.controller.shutdownGracePeriodSeconds -}}
{{- end -}}
