import { describe, expect, it } from '@jest/globals';
import { cleanDescription } from './description.js';

describe('a description', () => {
  it('keeps its structure as HTML and as text', () => {
    const { html, text } = cleanDescription(
      '<div class="x"><h2>Aufgaben</h2><ul><li>Größe &amp; Maß</li><li>Tests</li></ul></div>',
    );
    expect(html).toBe('<h2>Aufgaben</h2><ul><li>Größe &amp; Maß</li><li>Tests</li></ul>');
    expect(text).toBe('Aufgaben\n\n * Größe & Maß\n * Tests');
  });

  it('loses what runs or loads', () => {
    const { html, text } = cleanDescription(
      '<p onclick="x()">Hallo<script>alert(1)</script><img src=x onerror=y><iframe src="//a"></iframe></p>' +
        '<a href="javascript:alert(1)">da</a><style>p{}</style><a href="//evil.example">dort</a>',
    );
    expect(html).toBe(
      '<p>Hallo</p><a rel="noopener noreferrer nofollow">da</a><a rel="noopener noreferrer nofollow">dort</a>',
    );
    expect(text).toBe('Hallo\n\ndadort');
  });

  it('takes plain text as it is', () => {
    expect(cleanDescription('Wir suchen\u00a0Sie')).toEqual({
      html: 'Wir suchen\u00a0Sie',
      text: 'Wir suchen Sie',
    });
  });

  it('may be empty', () => {
    expect(cleanDescription('')).toEqual({ html: '', text: '' });
  });

  it('is cut where it is endless, and survives deep nesting', () => {
    expect(cleanDescription('x'.repeat(2_000_000)).text).toHaveLength(200_000);
    expect(cleanDescription(`${'<ul><li>'.repeat(5_000)}tief`).text.length).toBeLessThan(200_000);
  });
});
