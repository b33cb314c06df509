package match

import "strings"

// legalForms are the words for kinds of company, as words makes them, and what each is in full. Several in a row are one legal form.
var legalForms = map[string]string{
	"ltd": "limited", "limited": "limited", "ltée": "limited", "ltee": "limited", "inc": "incorporated", "incorporated": "incorporated",
	"corp": "corporation", "corporation": "corporation", "co": "company", "company": "company", "cie": "company",
	"llc": "llc", "llp": "llp", "lp": "lp", "plc": "plc", "pllc": "pllc", "pc": "pc", "pty": "proprietary", "proprietary": "proprietary",
	"pte": "private", "pvt": "private", "private": "private", "cic": "cic",
	"gmbh": "gmbh", "mbh": "gmbh", "ggmbh": "ggmbh", "ag": "ag", "kg": "kg", "kgaa": "kgaa", "ohg": "ohg", "gbr": "gbr", "ug": "ug", "ek": "ek",
	"ev": "ev", "eg": "eg", "se": "se", "haftungsbeschränkt": "",
	"sa": "sa", "sas": "sas", "sasu": "sas", "sarl": "sarl", "sàrl": "sarl", "eurl": "eurl", "srl": "srl", "spa": "spa", "sl": "sl", "slu": "sl",
	"sau": "sa", "lda": "limitada", "ltda": "limitada", "cv": "cv",
	"bv": "bv", "nv": "nv", "vof": "vof", "bvba": "bvba", "ab": "ab", "as": "as", "asa": "asa", "oy": "oy", "oyj": "oyj", "aps": "aps", "hf": "hf", "ehf": "ehf",
	"zoo": "spzoo", "spzoo": "spzoo", "sro": "sro", "doo": "doo", "dd": "dd", "kft": "kft", "zrt": "zrt", "rt": "rt", "ooo": "ooo", "ооо": "ooo", "зао": "zao", "оао": "oao",
	"пао": "pao", "uab": "uab", "sia": "sia", "oü": "oü", "ou": "oü", "eood": "eood", "ood": "ood", "aş": "aş", "bhd": "berhad", "sdn": "sendirian", "kk": "株式会社",
	"株式会社": "株式会社", "株": "株式会社", "有限会社": "有限会社", "有": "有限会社", "合同会社": "合同会社", "有限公司": "有限公司", "股份有限公司": "股份有限公司",
	"有限责任公司": "有限公司", "有限責任公司": "有限公司", "公司": "公司", "주식회사": "주식회사", "주": "주식회사", "유한회사": "유한회사",
}

// legalRuns are legal forms that are written in several words of which not each is one.
var legalRuns = [][]string{{"de", "c", "v"}, {"sp", "z", "o", "o"}, {"sp", "z", "oo"}, {"de", "cv"}, {"s", "a"}, {"a", "s"}, {"sp", "zoo"}, {"s", "r", "l"}, {"b", "v"}}

// legalFirst are legal forms that stand in front.
var legalFirst = map[string]bool{"株式会社": true, "株": true, "有限会社": true, "有": true, "合同会社": true, "주식회사": true, "주": true, "유한회사": true,
	"ooo": true, "ооо": true, "зао": true, "оао": true, "пао": true}

// affixes are legal forms that are written without a space, longest first.
var affixes = []string{"股份有限公司", "有限责任公司", "有限責任公司", "株式会社", "有限会社", "合同会社", "有限公司", "주식회사", "유한회사"}

// splitAffixes takes legal forms off the first and the last word. all stays as it is.
func splitAffixes(all []string) []string {
	for _, affix := range affixes {
		last := len(all) - 1
		if rest, ok := strings.CutPrefix(all[0], affix); ok && rest != "" {
			return append([]string{affix, rest}, all[1:]...)
		}
		if rest, ok := strings.CutSuffix(all[last], affix); ok && rest != "" {
			return append(append([]string(nil), all[:last]...), rest, affix)
		}
	}
	return all
}

// stripLegal takes the legal form off, in front and behind, together with the "&" of "GmbH & Co. KG"; at least one word is left.
func stripLegal(all []string) (rest, legal []string) {
	rest = all
	for len(rest) > 1 && legalFirst[rest[0]] {
		legal, rest = append(legal, rest[0]), rest[1:]
	}
	end := len(rest)
	for {
		n := legalTail(rest[:end])
		if n == 0 {
			break
		}
		end -= n
	}
	return rest[:end], append(legal, rest[end:]...)
}

// legalTail is how many words at the end are legal form; never all.
func legalTail(all []string) int {
	for _, run := range legalRuns {
		if at := len(all) - len(run); at > 0 && strings.Join(all[at:], " ") == strings.Join(run, " ") {
			return len(run)
		}
	}
	last := len(all) - 1
	if last < 1 {
		return 0
	}
	if _, ok := legalForms[all[last]]; ok {
		return 1
	}
	// The "&" between two legal forms: it goes only if another legal form stands before it.
	if isAnd(all[last]) && last > 1 {
		if _, ok := legalForms[all[last-1]]; ok {
			return 1
		}
	}
	return 0
}

func canonical(legal []string) string {
	var full []string
	for _, word := range legal {
		name, ok := legalForms[word]
		if !ok {
			name = word
		}
		if name != "" && !isAnd(name) {
			full = append(full, name)
		}
	}
	return strings.Join(full, " ")
}
