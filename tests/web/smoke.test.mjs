/* The wall, a pin and the way back, a login that is asked for, a page that is
 * not there. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, launch, list, logIn, newPerson, noFaults, until, visit } from
	'./browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function open(t, path, options = {}) {
	const page = await visit(browser, options);
	t.after(() => page.context().close());
	await page.goto(path, { waitUntil: 'networkidle' });
	return page;
}

test('the wall shows pictures that do not shift', async (t) => {
	const page = await visit(browser);
	t.after(() => page.context().close());
	await page.addInitScript(() => {
		window.shift = 0;
		new PerformanceObserver((found) => {
			for (const one of found.getEntries())
				window.shift += one.value;
		}).observe({ type: 'layout-shift', buffered: true });
	});
	await page.goto('/', { waitUntil: 'networkidle' });
	const card = page.locator('.card').first();
	await card.locator('.picture[data-state]').waitFor();
	const image = await card.locator('img').evaluate((img) => ({
		natural: img.naturalWidth, shown: img.clientWidth,
	}));
	/* Of the file that is chosen by 'sizes', the natural width is theirs. */
	assert.ok(image.natural > 0 && image.natural >= image.shown - 1);
	const place = await card.boundingBox();
	await page.mouse.wheel(0, 6000);
	await page.waitForFunction(() => scrollY > 500);
	await page.waitForTimeout(800);
	await page.mouse.wheel(0, -20000);
	await page.waitForFunction(() => scrollY === 0);
	await until(() => card.boundingBox(), place);
	const shift = await page.evaluate(() => window.shift);
	assert.ok(shift <= 0.02, `shifted by ${shift}`);
	await noFaults(page);
});

test('a pin has its own address, and back leads to the same place',
	async (t) => {
		const page = await open(t, '/explore');
		const y = () => page.evaluate(() => scrollY);
		await page.mouse.wheel(0, 1500);
		await page.waitForFunction(() => scrollY > 1000);
		await page.waitForTimeout(500);
		const was = await y();
		const there = async () => Math.abs(await y() - was) <= 8;
		const cards = page.locator('.card-link');
		const inView = await cards.evaluateAll((all) => all.findIndex(
			(one) => one.getBoundingClientRect().top > 100));
		await cards.nth(inView).click();
		await page.waitForURL(/\/pin\/\d+/);
		await page.locator('.panel h1').waitFor();
		await page.locator('.similar .card .picture').first().waitFor();
		await noFaults(page);
		await page.goBack();
		await page.waitForURL(/explore/);
		await until(there, true);
		await page.waitForTimeout(300);
		assert.ok(await there());
		await page.reload({ waitUntil: 'networkidle' });
		await until(there, true);
	});

test('a wrong password is told at the form, the address is kept', async (t) => {
	const page = await open(t, '/login');
	await page.getByLabel('E-mail').fill('nobody@example.com');
	await page.getByLabel('Password').fill('not this one at all');
	await page.getByRole('button', { name: 'Log in' }).click();
	await page.locator('.form-error, .field-error').first().waitFor();
	assert.equal(await page.getByLabel('E-mail').inputValue(),
		'nobody@example.com');
	page.faults.length = 0;
	await noFaults(page);
});

test('what needs a login asks for it, and goes on after', async (t) => {
	const person = newPerson();
	const maker = await visit(browser);
	await logIn(maker, person);
	await call(maker, 'POST', 'boards/', { title: 'Later' });
	await maker.context().close();
	const pin = (await list('pins/')).results[0];
	const page = await open(t, `/pin/${pin.id}`);
	await page.locator('.panel .save-main').click();
	await page.locator('dialog').getByLabel('E-mail').fill(person.email);
	await page.locator('dialog').getByLabel('Password').fill(person.password);
	await noFaults(page);
	await page.keyboard.press('Enter');
	await page.getByText('Saved to Later').waitFor();
	assert.deepEqual(page.faults, []);
});

test('a login that has ended is asked for, and what was done goes on',
	async (t) => {
		const page = await visit(browser);
		t.after(() => page.context().close());
		const person = await logIn(page);
		await call(page, 'POST', 'boards/', { title: 'Kept' });
		await page.goto('/@alice/pins', { waitUntil: 'networkidle' });
		const cookies = await page.context().cookies();
		assert.ok(cookies.every((one) => one.httpOnly && one.secure));
		/* The access alone: it is renewed without a word. */
		await page.context().clearCookies({ name: '__Host-access' });
		const card = page.locator('.card').first();
		await card.hover();
		await card.locator('.save-main').click();
		await page.getByText('Saved to Kept').waitFor();
		/* All of it: the reader is asked. */
		await page.context().clearCookies();
		await card.hover();
		await card.locator('.save-main').click();
		await page.locator('dialog').getByLabel('E-mail').fill(person.email);
		await page.locator('dialog').getByLabel('Password')
			.fill(person.password);
		await page.keyboard.press('Enter');
		await page.locator('dialog').waitFor({ state: 'detached' });
		await page.getByText('Removed from Kept').waitFor();
		assert.deepEqual(page.faults.filter((one) => !/401/.test(one)), []);
	});

test('an address of nothing is 404 and says so', async (t) => {
	const page = await visit(browser, { language: 'ko' });
	t.after(() => page.context().close());
	const answer = await page.goto('/nowhere', { waitUntil: 'networkidle' });
	assert.equal(answer.status(), 404);
	assert.equal(await page.locator('h1').textContent(), '아무것도 없습니다');
	assert.equal(page.faults.length, 2);
});
