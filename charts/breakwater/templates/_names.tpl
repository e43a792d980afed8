{{/* What things are called: as in the ingress-nginx chart, so that nameOverride and its like mean the same. */}}

{{- define "breakwater.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "breakwater.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "breakwater.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "breakwater.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "breakwater.controller" -}}
{{- printf "%s-%s" (include "breakwater.fullname" .) .Values.controller.name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "breakwater.admission" -}}
{{- printf "%s-%s" (include "breakwater.fullname" .) .Values.controller.admissionWebhooks.name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "breakwater.admissionService" -}}
{{- printf "%s-%s" (include "breakwater.controller" .) .Values.controller.admissionWebhooks.name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "breakwater.backend" -}}
{{- printf "%s-%s" (include "breakwater.fullname" .) .Values.defaultBackend.name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "breakwater.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "breakwater.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "breakwater.backendAccount" -}}
{{- if .Values.defaultBackend.serviceAccount.create -}}
{{- default (printf "%s-backend" (include "breakwater.fullname" .)) .Values.defaultBackend.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.defaultBackend.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The Lease of the election. Side by side it is never the one that the values name: of two that share one, one writes. */}}
{{- define "breakwater.election" -}}
{{- $own := printf "%s-leader" (include "breakwater.fullname" .) -}}
{{- $named := empty .Values.controller.sideBySideClass | ternary .Values.controller.electionID "" -}}
{{- include "breakwater.extraArg" (list "election-id" .) | default $named | default $own -}}
{{- end -}}

{{- define "breakwater.selector" -}}
app.kubernetes.io/name: {{ include "breakwater.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* @param the component, then the context: list "controller" . */}}
{{- define "breakwater.componentSelector" -}}
{{ include "breakwater.selector" (index . 1) }}
app.kubernetes.io/component: {{ index . 0 }}
{{- end -}}

{{- define "breakwater.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "breakwater.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: {{ include "breakwater.name" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* @param the component, the labels that values add, the context */}}
{{- define "breakwater.componentLabels" -}}
{{ include "breakwater.labels" (index . 2) }}
app.kubernetes.io/component: {{ index . 0 }}
{{- with index . 1 }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
Annotations as text, whatever their values are: of clouds and of Prometheus many are written as true or as a number.
@param the annotations
*/}}
{{- define "breakwater.annotations" -}}
{{- range $key, $value := . }}
{{- if not (kindIs "invalid" $value) }}
{{ $key | quote }}: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Templates in values, such as the labels of an affinity, name these of ingress-nginx's chart. */}}
{{- define "ingress-nginx.name" -}}{{ include "breakwater.name" . }}{{- end -}}
{{- define "ingress-nginx.fullname" -}}{{ include "breakwater.fullname" . }}{{- end -}}
{{- define "ingress-nginx.controller.fullname" -}}{{ include "breakwater.controller" . }}{{- end -}}
{{- define "ingress-nginx.selectorLabels" -}}{{ include "breakwater.selector" . }}{{- end -}}
