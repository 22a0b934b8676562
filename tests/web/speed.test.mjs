/* How fast the site is, told by the site. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, launch, list, noFaults, open, settled, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function look(t, options) {
	const page = await visit(browser, options);
	t.after(() => page.context().close());
	return page;
}

test('the menu leads there; figures are those of the API and go on',
	async (t) => {
		const page = await look(t);
		await page.clock.install();
		await page.goto('/', { waitUntil: 'networkidle' });
		await page.locator('.rail').getByRole('button').click();
		await page.getByRole('menuitem', { name: 'Speed' }).click();
		await page.waitForURL(/\/about\/speed$/);
		await page.getByRole('heading', { level: 1, name: 'Speed' }).waitFor();
		assert.equal(await page.title(), 'Speed · Pinwall');
		const rows = page.locator('.speed tbody tr');
		assert.deepEqual(await rows.locator('th').allTextContents(), ['Pages',
			'Lists', 'Single things', 'Changes', 'Uploads and logins']);
		const pages = rows.first().locator('td');
		const requests = async () => Number((await pages.first().textContent())
			.replaceAll(',', ''));
		const was = await requests();
		assert.ok(was >= 1);
		const [, p50, p95, p99] = await pages.allTextContents();
		for (const one of [p50, p95, p99])
			assert.match(one, /^[\d.,]+ (ms|s)$/);
		for (let i = 0; i < 3; i++)
			await fetch(new URL('/explore', page.url()));
		await page.clock.runFor(5100);
		await page.waitForFunction((n) => Number(document.querySelector(
			'.speed tbody td').textContent.replaceAll(',', '')) >= n, was + 3);
		await noFaults(page);
	});

test('what cannot be asked is said, and asked again', async (t) => {
	const page = await look(t);
	await page.route('**/api/speed', (route) => route.fulfill({ status: 503,
		json: { detail: 'too busy, try again' } }), { times: 1 });
	page.meant.push(/api\/speed/);
	await page.goto('/about/speed', { waitUntil: 'networkidle' });
	await page.getByText('too busy, try again').waitFor();
	await page.getByRole('button').last().click();
	await page.locator('.speed tbody tr').first().waitFor();
	assert.deepEqual(await axe(page), []);
});

test('in Korean, in the dark, on a phone', async (t) => {
	const page = await look(t, { size: 'phone', theme: 'dark', language: 'ko',
		touch: true });
	await open(page, '/about/speed');
	await page.locator('.speed tbody tr').first().waitFor();
	await settled(page);
	assert.equal(await page.locator('h1').textContent(), '속도');
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <=
		innerWidth), 'nothing is beside the page');
	assert.deepEqual(await axe(page), []);
	const told = await list('speed');
	assert.equal(told.kinds.length, 5);
});
