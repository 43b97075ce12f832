// SPDX-License-Identifier: Apache-2.0
(function () {
	var form = document.getElementById("site-search"), box = document.getElementById("site-words");
	var hits = document.getElementById("site-hits");
	function score(entry, words) {
		var title = (entry[1] + " " + entry[2]).toLowerCase(), text = entry[3].toLowerCase(), sum = 0;
		for (var i = 0; i < words.length; i++) {
			if (title.indexOf(words[i]) >= 0) sum += 10;
			else if (text.indexOf(words[i]) >= 0) sum += 1;
			else return 0;
		}
		return sum;
	}
	function line(entry, word) {
		var item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("p");
		var at = Math.max(0, entry[3].toLowerCase().indexOf(word) - 60);
		link.href = entry[0];
		link.textContent = entry[1] === entry[2] ? entry[1] : entry[1] + ": " + entry[2];
		text.textContent = entry[3].slice(at, at + 160);
		item.appendChild(link);
		item.appendChild(text);
		return item;
	}
	function search() {
		var words = box.value.toLowerCase().split(/\s+/).filter(Boolean), list = document.createElement("ul");
		var found = words.length === 0 ? [] : PAGES.map(function (entry) { return [score(entry, words), entry]; })
			.filter(function (pair) { return pair[0] > 0; }).sort(function (a, b) { return b[0] - a[0]; });
		found.slice(0, 30).forEach(function (pair) { list.appendChild(line(pair[1], words[0])); });
		hits.textContent = found.length ? found.length + " sections" : "nothing found";
		hits.appendChild(list);
		hits.hidden = words.length === 0;
	}
	form.hidden = false;
	box.addEventListener("input", search);
	form.addEventListener("submit", function (event) { event.preventDefault(); search(); });
})();
