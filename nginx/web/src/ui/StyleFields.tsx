/* The words of a style post and the frame of its pictures. */
import { maxContent, ratios } from '../core/styles';
import { tagsOf } from '../core/uploads';
import { t } from '../core/words';

interface WordsProps {
	value: string;
	errors?: string[] | undefined;
	change: (text: string) => void;
}

export function StyleWords({ value, errors, change }: WordsProps) {
	return <div class="field">
		<label for="field-content">{t('style.words')}</label>
		<textarea id="field-content" name="content" rows={5} value={value}
			maxLength={maxContent} required
			aria-invalid={errors?.length ? true : undefined}
			aria-describedby="field-content-about"
			onInput={(e) => change(e.currentTarget.value)} />
		<p id="field-content-about"
			class={errors?.length ? 'field-error' : 'field-hint'}>
			{errors?.join(' ') ?? t('field.title.hint')}
			{' '}{[...value].length}/{maxContent}</p>
		{tagsOf(value).length > 0 && <p class="chips">{tagsOf(value).map((tag) =>
			<span class="chip on">#{tag}</span>)}</p>}
	</div>;
}

interface RatioProps {
	value: number;
	change: (ratio: number) => void;
}

/* One that is none of ours, of another client, is kept. */
export function StyleRatio({ value, change }: RatioProps) {
	const known = ratios.some(([, ratio]) => ratio === value);
	return <div class="field">
		<label for="field-ratio">{t('style.ratio')}</label>
		<select id="field-ratio" value={value}
			onChange={(e) => change(Number(e.currentTarget.value))}>
			{!known && <option value={value}>{value}</option>}
			{ratios.map(([name, ratio]) =>
				<option key={name} value={ratio}>{name}</option>)}
		</select>
	</div>;
}
