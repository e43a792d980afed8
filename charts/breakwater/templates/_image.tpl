{{/*
An image's full name.
@param the values of the image, the registry where nothing names one, the tag where nothing names one, the context
*/}}
{{- define "breakwater.image" -}}
{{- $image := index . 0 -}}
{{- $registry := $image.registry | default (index . 3).Values.global.image.registry | default (index . 1) -}}
{{- $name := $image.repository | default (printf "%s/%s" $registry $image.image) -}}
{{- $tag := $image.tag | default (index . 2) -}}
{{- printf "%s:%s" $name (kindIs "string" $tag | ternary $tag (toJson $tag)) -}}
{{- with $image.digest }}@{{ . }}{{ end -}}
{{- end -}}

{{- define "breakwater.controllerImage" -}}
{{- include "breakwater.image" (list .Values.controller.image "ghcr.io" .Chart.AppVersion .) -}}
{{- end -}}

{{- define "breakwater.backendImage" -}}
{{- include "breakwater.image" (list .Values.defaultBackend.image "registry.k8s.io" "" .) -}}
{{- end -}}

{{/*
The security context that the keys beside an image make.
@param the image's values, the capability to add or ""
*/}}
{{- define "breakwater.securityContext" -}}
{{- $image := index . 0 -}}
runAsNonRoot: {{ $image.runAsNonRoot }}
{{- include "breakwater.number" (list "runAsUser" $image.runAsUser) | nindent 0 }}
{{- include "breakwater.number" (list "runAsGroup" $image.runAsGroup) | nindent 0 }}
allowPrivilegeEscalation: {{ $image.allowPrivilegeEscalation }}
readOnlyRootFilesystem: {{ $image.readOnlyRootFilesystem }}
capabilities:
  drop: [ALL]
  {{- with index . 1 }}
  add: [{{ . }}]
  {{- end }}
seccompProfile:
  {{- toYaml $image.seccompProfile | nindent 2 }}
{{- end -}}

{{/*
Stops where the controller's image is one of ingress-nginx: a values file of it that pins or mirrors its image would
install that in place of Breakwater.
@param the key, the context
*/}}
{{- define "breakwater.checkImage" -}}
{{- $key := index . 0 -}}
{{- $context := index . 1 -}}
{{- $image := $context.Values.controller.image -}}
{{- $registry := $image.registry | default $context.Values.global.image.registry -}}
{{- $wrong := "" -}}
{{- range $part := list "repository" "image" -}}
{{- if regexMatch "nginx" (get $image $part | default "") -}}
{{- $wrong = printf "%s.%s is %q" $key $part (get $image $part) -}}
{{- end -}}
{{- end -}}
{{- if and (not $wrong) (has $registry (list "registry.k8s.io" "k8s.gcr.io")) (not $image.repository) -}}
{{- $named := eq $registry $image.registry | ternary (printf "%s.registry" $key) "global.image.registry" -}}
{{- $wrong = printf "%s is %q" $named $registry -}}
{{- else if and (not $wrong) (hasPrefix "v" (toString $image.tag)) -}}
{{- $wrong = printf "%s.tag is %q" $key $image.tag -}}
{{- else if and (not $wrong) $image.chroot -}}
{{- $wrong = printf "%s.chroot is true" $key -}}
{{- end -}}
{{- if $wrong -}}
{{- fail (print $wrong ", which is ingress-nginx's image: take controller.image (and its registry in global.image) out of "
  "the values; this chart pins ghcr.io/breakwater/breakwater:" $context.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}
