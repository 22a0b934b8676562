/* What Lighthouse says of the first page, a pin and a profile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './lighthouse.mjs';

test('Lighthouse: performance 95 or more, all else 100', async (t) => {
	const { fine, lines } = await judge();
	for (const line of lines)
		t.diagnostic(line);
	assert.ok(fine, lines.join('\n'));
});
