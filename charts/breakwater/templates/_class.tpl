{{/*
Which class is ours. Empty `controller.sideBySideClass` takes over: the names are those of the values, ingress-nginx's
own by default. Otherwise the class has that name, and what the values say of another one is not used, so that a values
file of ingress-nginx can be tried as it is: docs/decisions/chart.md.
*/}}

{{- define "breakwater.class" -}}
{{- .Values.controller.sideBySideClass | default .Values.controller.ingressClassResource.name -}}
{{- end -}}

{{/* spec.controller of the IngressClass. */}}
{{- define "breakwater.classController" -}}
{{- if .Values.controller.sideBySideClass -}}
breakwater.dev/{{ .Values.controller.sideBySideClass }}
{{- else -}}
{{- .Values.controller.ingressClassResource.controllerValue -}}
{{- end -}}
{{- end -}}

{{/* The old annotation's value; where IngressClasses may not be listed, the class's name. */}}
{{- define "breakwater.classAnnotation" -}}
{{- if or .Values.controller.sideBySideClass .Values.rbac.scope -}}
{{- include "breakwater.class" . -}}
{{- else -}}
{{- .Values.controller.ingressClass | default "" -}}
{{- end -}}
{{- end -}}

{{/*
Whether the chart makes the IngressClass of a name; "" is no. One that ingress-nginx's release has made is left as it is:
it says what it has to, and Helm would refuse to install over it.
@param its name, the context
*/}}
{{- define "breakwater.ownsClass" -}}
{{- $there := lookup "networking.k8s.io/v1" "IngressClass" "" (index . 0) -}}
{{- $context := index . 1 -}}
{{- if not $there -}}true
{{- else -}}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $there -}}
{{- $home := dig "metadata" "annotations" "meta.helm.sh/release-namespace" "" $there -}}
{{- if and (eq $owner $context.Release.Name) (eq $home $context.Release.Namespace) -}}true
{{- else if ne (dig "spec" "controller" "" $there) (include "breakwater.classController" $context) -}}
{{- fail (print "the IngressClass " (index . 0) " is there already, with spec.controller " $there.spec.controller " and not "
  (include "breakwater.classController" $context) ": choose another name (controller.ingressClassResource.name, "
  "controller.sideBySideClass)") -}}
{{- end -}}
{{- end -}}
{{- end -}}
