/* The wall: its columns, the files it asks for, what it does when the network
 * fails. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, faultsOf, launch, logIn, until, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function wall(t, options = {}) {
	const page = await visit(browser, options);
	t.after(() => page.context().close());
	return page;
}

test('columns: 2 at 390, 3 or 4 at 768, 5 or 6 at 1440, 7 or more at 1920; ' +
	'nothing is wider than the window at 320', async (t) => {
	const page = await wall(t);
	await page.goto('/@many/pins', { waitUntil: 'networkidle' });
	for (const [width, least, most] of [[320, 2, 2], [390, 2, 2], [768, 3, 4],
		[1440, 5, 6], [1920, 7, 9]]) {
		await page.setViewportSize({ width, height: 900 });
		const columns = () => page.evaluate(() => new Set(
			[...document.querySelectorAll('.card')].map((card) =>
				Math.round(card.getBoundingClientRect().left))).size);
		await until(async () => {
			const n = await columns();
			return n >= least && n <= most;
		}, true);
		await page.waitForTimeout(150);
		const n = await columns();
		assert.ok(n >= least && n <= most, `${width}: ${n}`);
		assert.ok(await page.evaluate(() =>
			document.documentElement.scrollWidth <= innerWidth));
	}
});

test('another width keeps the pin at the top in view', async (t) => {
	const page = await wall(t);
	await page.goto('/@many/pins', { waitUntil: 'networkidle' });
	await page.evaluate(() => scrollTo(0, 2500));
	await page.waitForTimeout(300);
	const top = await page.evaluate(() => [...document.querySelectorAll('.card')]
		.find((one) => one.getBoundingClientRect().bottom > 0).dataset.pin);
	await page.setViewportSize({ width: 1024, height: 768 });
	await until(async () => {
		const card = page.locator(`[data-pin="${top}"]`);
		const box = await card.count() > 0 && await card.boundingBox();
		return Boolean(box) && box.y < 768 && box.y + box.height > 0;
	}, true);
});

test('the file is not much larger than what is shown', async (t) => {
	const page = await wall(t);
	await page.goto('/@many/pins', { waitUntil: 'networkidle' });
	const files = await page.locator('.card img').evaluateAll((all) => all
		.filter((one) => one.currentSrc)
		.map((one) => [Number(/(\d+)\.webp$/.exec(one.currentSrc)?.[1]),
			one.clientWidth * devicePixelRatio]));
	assert.ok(files.length > 5);
	for (const [file, shown] of files)
		assert.ok(file <= 1.5 * shown, `${file} for ${shown}`);
});

test('a failed page is asked for again by a button, the place stays',
	async (t) => {
		const page = await wall(t);
		await page.goto('/@many/pins', { waitUntil: 'networkidle' });
		await page.route('**/api/pins/?*cursor*', (route) => route.abort());
		await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
		const retry = page.getByRole('button', { name: 'Try again' });
		await retry.waitFor();
		await retry.scrollIntoViewIfNeeded();
		const was = await page.evaluate(() => scrollY);
		await page.unroute('**/api/pins/?*cursor*');
		const before = await page.evaluate(() => document.body.scrollHeight);
		await retry.click();
		await retry.waitFor({ state: 'detached' });
		await page.waitForFunction((high) =>
			document.body.scrollHeight > high, before);
		const now = await page.evaluate(() => scrollY);
		assert.ok(Math.abs(now - was) <= 8, `from ${was} to ${now}`);
	});

test('Save is taken back when the server refuses', async (t) => {
	const page = await wall(t);
	await logIn(page);
	await call(page, 'POST', 'boards/', { title: 'Mine' });
	await page.goto('/@many/pins', { waitUntil: 'networkidle' });
	let refuse;
	const refused = new Promise((resolve) => { refuse = resolve; });
	await page.route('**/add_pin', async (route) => {
		await refused;
		await route.fulfill({ status: 503, contentType: 'application/json',
			body: '{"detail": "too busy"}' });
	});
	const card = page.locator('.card').first();
	await card.hover();
	await card.locator('.save-main').click();
	await card.locator('.save.done').waitFor();
	refuse();
	await page.getByText('too busy').waitFor();
	await card.locator('.save:not(.done)').waitFor();
	page.meant.push(/503/);
	assert.deepEqual(faultsOf(page), []);
});
