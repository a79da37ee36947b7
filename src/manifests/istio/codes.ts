/** What a cluster refuses: the CRD's schema, the API server or Istio's webhook. istioctl's SchemaValidationError. */
export const SCHEMA_ERROR = 'IST0106';
/** What the webhook accepts with a warning. istioctl's SchemaWarning. */
export const SCHEMA_WARNING = 'IST0133';
/** istioctl's Deprecated. */
export const DEPRECATED = 'IST0002';
