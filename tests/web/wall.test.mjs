/* The wall on a long list: what it keeps, what it asks for, what it does when
 * the network fails. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function wall(t, options = {}) {
	const page = await visit(browser, options);
	t.after(() => page.context().close());
	return page;
}

/* Every card that comes by on the way down: id -> position. */
const watchCards = () => {
	window.cards = new Map();
	window.moved = [];
	window.twice = [];
	const look = () => {
		for (const card of document.querySelectorAll('.card[data-pin]')) {
			const { pin } = card.dataset;
			const at = `${card.style.transform} ${card.style.height} ` +
				card.getAttribute('aria-posinset');
			if (window.cards.has(pin) && window.cards.get(pin) !== at)
				window.moved.push(pin);
			window.cards.set(pin, at);
		}
		requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
};

async function scrollToEnd(page, most = 400) {
	for (let i = 0; i < most; i++) {
		const ended = await page.evaluate(() => {
			scrollBy(0, innerHeight * 0.9);
			return document.querySelector('.row-end') !== null &&
				scrollY + innerHeight >= document.body.scrollHeight - 2;
		});
		if (ended)
			return;
		await page.waitForTimeout(30);
	}
}

test('2,000 pins: none missing, none twice, none moved, few nodes', async (t) => {
	const page = await wall(t);
	await page.addInitScript(watchCards);
	await page.goto('/@many/pins', { waitUntil: 'networkidle' });
	await scrollToEnd(page);
	await page.waitForTimeout(300);
	const seen = await page.evaluate(() => ({
		cards: window.cards.size, moved: window.moved,
		nodes: document.getElementsByTagName('*').length,
		places: new Set([...window.cards.values()]).size,
	}));
	assert.equal(seen.cards, 2100);
	assert.equal(seen.places, 2100);
	assert.deepEqual(seen.moved, []);
	assert.ok(seen.nodes <= 6000, `${seen.nodes} nodes`);
	assert.deepEqual(page.faults, []);
	t.diagnostic(`${seen.nodes} nodes`);

	/* Far down: to a pin and back, to the same place in good time. */
	await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 3));
	await page.waitForTimeout(400);
	const was = await page.evaluate(() => scrollY);
	await page.evaluate(() => [...document.querySelectorAll('.card-link')]
		.find((one) => one.getBoundingClientRect().top > 50).click());
	await page.locator('.panel h1').waitFor();
	const took = await page.evaluate((wanted) => new Promise((resolve) => {
		const start = performance.now();
		history.back();
		const look = () => {
			const there = location.pathname === '/@many/pins' &&
				Math.abs(scrollY - wanted) <= 8 &&
				document.querySelectorAll('.card').length > 5;
			if (there || performance.now() - start > 3000)
				resolve(performance.now() - start);
			else
				requestAnimationFrame(look);
		};
		look();
	}), was);
	assert.ok(took < 300, `${took} ms`);
	t.diagnostic(`back after ${Math.round(took)} ms`);
});

test('columns: 2 at 390, 3 or 4 at 768, 5 or 6 at 1440, 7 or more at 1920; ' +
	'nothing is wider than the window at 320', async (t) => {
	const page = await wall(t);
	await page.goto('/@many/pins', { waitUntil: 'networkidle' });
	for (const [width, least, most] of [[320, 2, 2], [390, 2, 2], [768, 3, 4],
		[1440, 5, 6], [1920, 7, 9]]) {
		await page.setViewportSize({ width, height: 900 });
		await page.waitForTimeout(150);
		const columns = await page.evaluate(() => new Set(
			[...document.querySelectorAll('.card')].map((card) =>
				Math.round(card.getBoundingClientRect().left))).size);
		assert.ok(columns >= least && columns <= most, `${width}: ${columns}`);
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
	await page.waitForTimeout(400);
	const box = await page.locator(`[data-pin="${top}"]`).boundingBox();
	assert.ok(box && box.y < 768 && box.y + box.height > 0);
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
	const { logIn } = await import('./browser.mjs');
	await logIn(page);
	await page.request.post('/api/boards/', { data: { title: 'Mine' },
		headers: { 'X-Requested-With': 'pinwall' } });
	await page.goto('/@many/pins', { waitUntil: 'networkidle' });
	await page.route('**/add_pin', async (route) => {
		await new Promise((resolve) => setTimeout(resolve, 300));
		await route.fulfill({ status: 503, contentType: 'application/json',
			body: '{"detail": "too busy"}' });
	});
	const card = page.locator('.card').first();
	await card.hover();
	await card.locator('.save-main').click();
	await card.locator('.save.done').waitFor({ timeout: 250 });
	await page.getByText('too busy').waitFor();
	await card.locator('.save:not(.done)').waitFor();
});
