/* The keyboard alone: walking the wall, opening, coming back, menus, help. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, launch, logIn, until, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function open(t, path, login = false) {
	const page = await visit(browser);
	t.after(() => page.context().close());
	if (login)
		await logIn(page);
	await page.goto(path, { waitUntil: 'networkidle' });
	return page;
}

const focused = (page) => page.evaluate(() => {
	const at = document.activeElement;
	return at?.closest('.card')?.getAttribute('aria-posinset') ??
		at?.textContent;
});

test('j and k walk, Enter opens with the focus on the title, Esc returns',
	async (t) => {
		const page = await open(t, '/explore');
		await page.keyboard.press('j');
		await until(() => focused(page), '1');
		await page.keyboard.press('j');
		await page.keyboard.press('j');
		await page.keyboard.press('k');
		await until(() => focused(page), '2');
		await page.keyboard.press('Enter');
		await page.waitForURL(/\/pin\//);
		const title = page.locator('.panel h1');
		await title.waitFor();
		await until(() => focused(page), await title.textContent());
		await page.keyboard.press('Escape');
		await page.waitForURL(/explore/);
		assert.deepEqual(page.faults, []);
	});

test('the skip link is first and leads to the content', async (t) => {
	const page = await open(t, '/explore');
	await page.keyboard.press('Tab');
	await until(() => focused(page), 'Skip to content');
	await page.keyboard.press('Enter');
	await until(() => page.evaluate(() => document.activeElement.id), 'main');
});

test('? tells the keys; Esc closes and gives the focus back', async (t) => {
	const page = await open(t, '/explore');
	await page.keyboard.press('j');
	await page.keyboard.press('?');
	await page.locator('dialog[open]').waitFor();
	assert.deepEqual(await axe(page), []);
	await page.keyboard.press('Escape');
	await page.locator('dialog').waitFor({ state: 'detached' });
	await until(() => focused(page), '1');
	await page.keyboard.press('?');
	await page.getByLabel('Shortcuts are on').uncheck();
	await page.keyboard.press('Escape');
	await page.locator('dialog').waitFor({ state: 'detached' });
	await page.keyboard.press('n');
	await page.waitForTimeout(200);
	assert.match(page.url(), /explore/);
});

test('a menu: arrows move, Esc closes, the focus returns', async (t) => {
	const page = await open(t, '/explore', true);
	const button = page.getByRole('button', { name: 'Account' });
	await button.focus();
	await page.keyboard.press('Enter');
	await page.locator('[role=menu]').waitFor();
	await until(() => focused(page), 'Profile');
	await page.keyboard.press('ArrowDown');
	await until(() => focused(page), 'Settings');
	await page.keyboard.press('End');
	await until(() => focused(page), 'Log out');
	assert.deepEqual(await axe(page), []);
	await page.keyboard.press('Escape');
	await until(() => button.evaluate((one) =>
		one === document.activeElement), true);
});

test('saving by the keyboard: the picker makes a board, ticks it, closes',
	async (t) => {
		const page = await open(t, '/explore', true);
		await page.keyboard.press('j');
		await page.keyboard.press('b');
		const input = page.locator('dialog input');
		await input.waitFor();
		await until(() => input.evaluate((one) =>
			one === document.activeElement), true);
		await page.keyboard.type('By keys');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await page.locator('.picker-row[aria-pressed=true]').waitFor();
		assert.deepEqual(await axe(page), []);
		await page.keyboard.press('Escape');
		await page.locator('dialog').waitFor({ state: 'detached' });
		await page.locator('.card').first().locator('.save.done').waitFor();
		assert.deepEqual(page.faults, []);
	});
