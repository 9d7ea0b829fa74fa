/**
 * Lets pages of these origins ask the gateway. They carry their key in a header, so a browser sends along nothing by
 * itself: cookies and such stay off, whatever the origin.
 */
export const corsFor = (origins: readonly string[]) => ({
  origin: [...origins],
  credentials: false,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposedHeaders: [
    'ETag',
    'Location',
    'Link',
    'Retry-After',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'WWW-Authenticate',
    'X-Trace-Id',
  ],
  maxAge: 600,
});
