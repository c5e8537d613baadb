{{- define "nova.labels" -}}
app: nova
component: messaging-service
{{- end }}

{{- define "nova.metadata" -}}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "nova.labels" . | nindent 2 }}
{{- end }}

{{- define "nova.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default (printf "v%s" .Chart.AppVersion) }}
{{- end }}

{{- define "nova.secretName" -}}
{{ .Values.secret.existing | default "messaging-service-secret" }}
{{- end }}
