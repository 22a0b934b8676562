/*
 * Three ways to use a page: by mouse, by touch, by keyboard alone.  Each hand
 * can press something, write into a field, choose of a list and give files;
 * none of them calls what another would: the keyboard walks by Tab, and what it
 * cannot reach is not there for it.
 */
import assert from 'node:assert/strict';

const has = (locator) => locator.evaluate((one) =>
	one === document.activeElement);

async function filesInto(page, press, input, files) {
	const [chooser] = await Promise.all([
		page.waitForEvent('filechooser'), press(input)]);
	await chooser.setFiles(files);
}

export function mouse(page) {
	const press = (locator) => locator.click();
	return {
		name: 'mouse', press,
		write: async (locator, text) => {
			await locator.click({ clickCount: 3 });
			await page.keyboard.type(text);
		},
		choose: (locator, label) => locator.selectOption({ label }),
		files: (files) => filesInto(page, press, page.locator('.drop'), files),
		card: (n) => page.locator('.card-link').nth(n).click(),
		close: () => page.locator('dialog')
			.getByRole('button', { name: 'Close' }).click(),
		submit: (button) => button.click(),
		up: () => page.mouse.wheel(0, -1e5),
	};
}

/* The middle of what a locator finds. */
export async function middle(locator) {
	const box = await locator.boundingBox();
	return [box.x + box.width / 2, box.y + box.height / 2];
}

/* A finger is put down (Start), moves (Move) or is taken away (End, without a
 * point).  A touch ends in the session that it began in. */
export async function finger(page, what, point) {
	page.fingers ??= await page.context().newCDPSession(page);
	await page.fingers.send('Input.dispatchTouchEvent', {
		type: `touch${what}`,
		touchPoints: point ? [{ x: point[0], y: point[1] }] : [] });
}

/* It moves from one point to another in ten steps. */
export async function drag(page, [x, y], [toX, toY], pause = 0) {
	await finger(page, 'Start', [x, y]);
	for (let i = 1; i <= 10; i++) {
		await finger(page, 'Move',
			[x + (toX - x) * i / 10, y + (toY - y) * i / 10]);
		if (pause)
			await page.waitForTimeout(pause);
	}
}

export function touch(page) {
	const press = (locator) => locator.tap();
	return {
		name: 'touch', press,
		write: async (locator, text) => {
			await locator.tap();
			await locator.evaluate((one) => one.select());
			await page.keyboard.insertText(text);
		},
		/* The list is one of the system, outside of the page. */
		choose: async (locator, label) => {
			await locator.tap();
			await locator.selectOption({ label });
		},
		files: (files) => filesInto(page, press, page.locator('.drop'), files),
		card: (n) => page.locator('.card-link').nth(n).tap(),
		close: () => page.locator('dialog')
			.getByRole('button', { name: 'Close' }).tap(),
		submit: (button) => button.tap(),
		/* The bar comes back when one scrolls up. */
		up: async () => {
			for (let i = 0; i < 12; i++) {
				await drag(page, [8, 100], [8, 700]);
				await finger(page, 'End');
				if (await page.evaluate(() => scrollY) === 0)
					break;
			}
		},
	};
}

export function keyboard(page) {
	const { keyboard: keys } = page;
	/* By Tab, forward or back, or by arrows within a menu. */
	const keyTo = (one) => {
		const at = document.activeElement;
		if (one.closest('[role=menu]'))
			return 'ArrowDown';
		return at !== document.body && one.compareDocumentPosition(at) &
			Node.DOCUMENT_POSITION_FOLLOWING ? 'Shift+Tab' : 'Tab';
	};
	const reach = async (locator) => {
		await locator.waitFor({ state: 'attached' });
		const key = await locator.evaluate(keyTo);
		for (let i = 0; i < 250; i++) {
			if (await has(locator))
				return;
			await keys.press(key);
		}
		assert.fail(`the keyboard does not reach ${locator}`);
	};
	const press = async (locator) => {
		await reach(locator);
		await keys.press('Enter');
	};
	return {
		name: 'keyboard', press,
		write: async (locator, text) => {
			await reach(locator);
			await keys.press('Control+a');
			await keys.type(text);
		},
		choose: async (locator, label) => {
			await reach(locator);
			const by = await locator.evaluate((one, wanted) =>
				[...one.options].findIndex((o) => o.label === wanted) -
				one.selectedIndex, label);
			for (let i = 0; i < Math.abs(by); i++)
				await keys.press(by > 0 ? 'ArrowDown' : 'ArrowUp');
		},
		files: (files) => filesInto(page, press,
			page.locator('.drop input'), files),
		card: async (n) => {
			await page.locator('.card-link').nth(n).waitFor();
			for (let i = 0; i <= n; i++)
				await keys.press('j');
			await keys.press('Enter');
		},
		close: () => keys.press('Escape'),
		submit: () => keys.press('Enter'),
		up: () => keys.press('Control+Home'),
	};
}
