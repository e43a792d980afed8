{{/* What a HorizontalPodAutoscaler goes by, from the values of `autoscaling`; a target of 0 or "" is none. */}}
{{- define "breakwater.resourceMetrics" -}}
{{- range $resource, $target := dict "cpu" .targetCPUUtilizationPercentage "memory" .targetMemoryUtilizationPercentage -}}
{{- with $target }}
- type: Resource
  resource:
    name: {{ $resource }}
    target:
      type: Utilization
      averageUtilization: {{ int . }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
A number as it is given, 0 too; nothing where it is null, so that it is as Kubernetes has it.
@param the field, its value
*/}}
{{- define "breakwater.number" -}}
{{- if not (kindIs "invalid" (index . 1)) }}{{ index . 0 }}: {{ int (index . 1) }}{{ end -}}
{{- end -}}

{{/*
A PodDisruptionBudget. Where both of its limits are given, maxUnavailable counts: the API takes one.
@param the component, its name, its values, further labels, the context
*/}}
{{- define "breakwater.disruptionBudget" -}}
{{- $values := index . 2 -}}
{{- $context := index . 4 }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ index . 1 }}
  namespace: {{ include "breakwater.namespace" $context }}
  labels:
    {{- include "breakwater.componentLabels" (list (index . 0) (index . 3) $context) | nindent 4 }}
  {{- with $values.annotations }}
  annotations:
    {{- include "breakwater.annotations" . | trim | nindent 4 }}
  {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "breakwater.componentSelector" (list (index . 0) $context) | nindent 6 }}
  {{- if not (has $values.maxUnavailable (list nil "")) }}
  maxUnavailable: {{ $values.maxUnavailable }}
  {{- else }}
  minAvailable: {{ $values.minAvailable }}
  {{- end }}
  {{- with $values.unhealthyPodEvictionPolicy }}
  unhealthyPodEvictionPolicy: {{ . }}
  {{- end }}
{{- end -}}
