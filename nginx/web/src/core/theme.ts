/* Light or dark, as the system has it or as chosen. */
export type Theme = 'auto' | 'light' | 'dark';

export function theme(): Theme {
	const chosen = localStorage.getItem('theme');
	return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}

/* What is seen now. */
export function isDark(): boolean {
	const chosen = theme();
	return chosen === 'auto'
		? matchMedia('(prefers-color-scheme: dark)').matches
		: chosen === 'dark';
}

export function applyTheme(): void {
	const chosen = theme();
	if (chosen === 'auto')
		delete document.documentElement.dataset.theme;
	else
		document.documentElement.dataset.theme = chosen;
}

export function chooseTheme(wanted: Theme): void {
	localStorage.setItem('theme', wanted);
	applyTheme();
}
