// words.cpp - the C++ library at work: streams, strings, maps, regular
// expressions, sorting, a file.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

static std::string text()
{
    std::ostringstream out;
    unsigned seed = 12345;
    static const char *const parts[] = {"mem", "ory",  "ta",
                                        "ble", "func", "tion"};
    for (int i = 0; i < 3000; i++) {
        seed = seed * 1103515245u + 12345u;
        out << parts[seed >> 16 & 3] << parts[(seed >> 20) % 6]
            << (i % 9 == 0 ? ".\n" : " ");
    }
    return out.str();
}

static std::string written_and_read(const std::string &text)
{
    std::FILE *file = std::fopen("words.txt", "w+");
    std::string out;
    std::fwrite(text.data(), 1, text.size(), file);
    std::rewind(file);
    for (int c; (c = std::getc(file)) != EOF;)
        out += static_cast<char>(c);
    std::fclose(file);
    return out;
}

int main()
{
    std::istringstream file(written_and_read(text()));
    std::map<std::string, int> counts;
    std::string word, line;
    std::size_t lines = 0, ended = 0;
    const std::regex end("(table|memory)\\.$");
    while (std::getline(file, line)) {
        lines++;
        ended += std::regex_search(line, end);
        std::istringstream words(line);
        while (words >> word)
            counts[word]++;
    }
    std::vector<std::pair<std::string, int>> sorted(counts.begin(),
                                                    counts.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](auto &a, auto &b) { return a.second > b.second; });
    for (auto &[name, count] : sorted)
        std::cout << name << ' ' << count << '\n';
    std::cout << lines << " lines, " << ended << " that end so\n";
    std::cerr << "words: done\n";
}
