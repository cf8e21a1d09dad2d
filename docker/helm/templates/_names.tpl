{{- define "rh.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 48 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 48 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "rh.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "rh.labels" -}}
{{ include "rh.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "rh.image" -}}
{{ printf "%s:%s" .image.repository (.image.tag | default .root.Chart.AppVersion) | quote }}
{{- end }}

{{- define "rh.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "rh.containerSecurity" -}}
securityContext:
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "rh.backendEnv" -}}
env:
  - { name: PUBLIC_URL, value: {{ printf "https://%s" .Values.host | quote }} }
  - { name: INTERNAL_URL, value: {{ printf "http://%s-backend:8000" (include "rh.name" .) | quote }} }
  - { name: ALLOWED_HOSTS, value: {{ .Values.host | quote }} }
  - { name: METRICS_ADDRESS, value: "0.0.0.0:9100" }
  {{- with .Values.media.bucket }}
  - { name: MEDIA_S3_BUCKET, value: {{ . | quote }} }
  {{- end }}
  {{- with .Values.media.endpoint }}
  - { name: MEDIA_S3_ENDPOINT, value: {{ . | quote }} }
  {{- end }}
  {{- with .Values.media.region }}
  - { name: MEDIA_S3_REGION, value: {{ . | quote }} }
  {{- end }}
  {{- range $name, $value := .Values.env }}
  - { name: {{ $name }}, value: {{ $value | quote }} }
  {{- end }}
envFrom:
  - secretRef: { name: {{ .Values.secret }} }
{{- end }}

{{- define "rh.dataClaim" -}}
{{ .Values.data.existingClaim | default (printf "%s-data" (include "rh.name" .)) }}
{{- end }}

{{- define "rh.modelsClaim" -}}
{{ .Values.models.existingClaim | default (printf "%s-models" (include "rh.name" .)) }}
{{- end }}

{{- define "rh.backendVolumes" -}}
volumes:
  - { name: tmp, emptyDir: { sizeLimit: 2Gi } }
  - name: data
    persistentVolumeClaim: { claimName: {{ include "rh.dataClaim" . }} }
{{- end }}

{{- define "rh.backendMounts" -}}
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  - { name: data, mountPath: /data }
{{- end }}
