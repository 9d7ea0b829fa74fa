import { describe, expect, it } from '@jest/globals';
import { collectorComplaints } from './collector-complaints.js';

describe('complaints of the SDK', () => {
  it('are said once each, as a sentence', () => {
    const said: string[] = [];
    const complaints = collectorComplaints((line) => said.push(line));
    const refused = JSON.stringify({ message: 'connect ECONNREFUSED 127.0.0.1:4318', stack: 'Error\n at x' });
    complaints.error(refused);
    complaints.error(refused);
    complaints.warn('dropped 3 spans');
    complaints.info('exporting');
    complaints.debug('exporting');
    expect(said).toEqual(['tracing: connect ECONNREFUSED 127.0.0.1:4318', 'tracing: dropped 3 spans']);
  });
});
